package ci.assay.coordinator.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a part of a file, and skips within it without reading. Not thread-safe. */
final class FileSection extends InputStream {

  private final FileChannel channel;
  private final long end;
  private long position;

  private FileSection(FileChannel channel, long from, long length) {
    this.channel = channel;
    this.position = from;
    this.end = from + length;
  }

  /**
   * @throws IOException also when the file is shorter than that
   */
  static FileSection open(Path file, long from, long length) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    if (channel.size() < from + length) {
      channel.close();
      throw new IOException(file + " is shorter than its list says");
    }
    return new FileSection(channel, from, length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int most = (int) Math.min(length, end - position);
    int count = most == 0 ? -1 : channel.read(ByteBuffer.wrap(into, offset, most), position);
    position += Math.max(0, count);
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
