package ci.assay.worker.output;

import ci.assay.common.PrivateFiles;
import ci.assay.model.FileSummary;
import ci.assay.worker.masking.Masking;
import ci.assay.worker.masking.MaskingStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The output of a run, written to disk as it arrives. The file never exceeds its cap: the first
 * half is kept, the second half is a ring buffer, and at the end a line is inserted that says how
 * much was cut out. The file is created with the first byte. Secrets are masked before anything is
 * written. Thread-safe.
 */
public final class RunLog implements AutoCloseable {

  private static final int LONGEST_LINE = 64 * 1024;
  private static final String OURS = "[assay] ";
  private static final String TRY = "try ";
  private static final int CHUNK = 64 * 1024;

  private final Path file;
  private final long headSize;
  private final int tailSize;
  private final Runnable whenClosed;

  private Masking masking = Masking.NONE;
  private MaskingStream masked = Masking.NONE.stream();
  private @Nullable FileChannel channel;
  private long received;
  private boolean isAtLineStart = true;
  private @Nullable IOException failure;
  private boolean closed;
  private @Nullable FileSummary finished;

  public RunLog(Path file, long cap) {
    this(file, cap, () -> {});
  }

  /**
   * @param cap bytes
   * @param whenClosed called when the log is closed for the first time
   */
  public RunLog(Path file, long cap, Runnable whenClosed) {
    this.file = file;
    this.whenClosed = whenClosed;
    this.tailSize = (int) Math.min(cap / 2, Integer.MAX_VALUE / 2);
    this.headSize = Math.max(cap - tailSize, 1);
  }

  /** From now on, masks the values of secrets before anything is written. */
  public synchronized void maskBy(Masking secrets) {
    masking = secrets;
    masked = secrets.stream();
  }

  /** What masks the secrets of the run. */
  public synchronized Masking masking() {
    return masking;
  }

  /** Adds a line of Assay's own. If the run's last line has no line end yet, one is added first. */
  public synchronized void note(String line) {
    addLine(OURS + line);
  }

  private void addLine(String line) {
    masked.end(this::write);
    String start = isAtLineStart ? "" : "\n";
    byte[] bytes = (start + masking.text(line) + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  /** Adds the line that begins the section of a step; viewers can fold the log at such lines. */
  public synchronized void section(String name) {
    addLine("--- " + name);
  }

  /** Adds the line that begins the output of the next try. */
  public void nextTry(int number, int of) {
    note("%s%d of %d".formatted(TRY, number, of));
  }

  /** Whether a line was added by {@link #nextTry}. */
  public static boolean beginsTry(String line) {
    return line.startsWith(OURS + TRY);
  }

  /**
   * Reads the stream to its end, even when the disk is full, so that the writing process never
   * blocks.
   */
  public void capture(InputStream output) throws IOException {
    byte[] chunk = new byte[CHUNK];
    int count = output.read(chunk);
    while (count >= 0) {
      append(chunk, count);
      count = output.read(chunk);
    }
    endText();
  }

  private synchronized void append(byte[] bytes, int length) {
    masked.add(bytes, length, this::write);
  }

  /** Writes what was held back because a secret might have begun there. */
  private synchronized void endText() {
    masked.end(this::write);
  }

  private void write(byte[] bytes, int offset, int length) {
    if (failure != null || closed || length == 0) {
      return;
    }
    try {
      int done = 0;
      while (done < length) {
        done += place(bytes, offset + done, length - done);
      }
      isAtLineStart = bytes[offset + length - 1] == '\n';
    } catch (IOException e) {
      failure = e;
    }
  }

  private int place(byte[] bytes, int from, int length) throws IOException {
    long position = positionOf(received);
    long end = received < headSize ? headSize : headSize + tailSize;
    int count = tailSize == 0 && received >= headSize ? length : fitting(length, end - position);
    if (tailSize > 0 || received < headSize) {
      writeFully(open(), ByteBuffer.wrap(bytes, from, count), position);
    }
    received += count;
    return count;
  }

  private static int fitting(int length, long room) {
    return (int) Math.min(length, room);
  }

  private long positionOf(long offset) {
    return offset < headSize || tailSize == 0 ? offset : headSize + (offset - headSize) % tailSize;
  }

  private FileChannel open() throws IOException {
    FileChannel opened = channel;
    if (opened == null) {
      opened =
          PrivateFiles.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      channel = opened;
    }
    return opened;
  }

  /**
   * Brings the file into its final form, flushes it to disk and closes it. Further calls return the
   * same summary.
   *
   * @throws IOException when a part of the output could not be written
   */
  public synchronized FileSummary finish() throws IOException {
    endText();
    if (failure != null) {
      throw failure;
    }
    FileSummary summary = finished;
    if (summary == null) {
      summary = finishNow();
      finished = summary;
    }
    return summary;
  }

  private FileSummary finishNow() throws IOException {
    FileChannel opened = channel;
    if (opened == null) {
      closed = true;
      return FileSummary.EMPTY;
    }
    boolean truncated = received > headSize + tailSize;
    long bytes = truncated ? join(opened) : received;
    opened.force(false);
    close();
    return new FileSummary(bytes, truncated, null);
  }

  /**
   * Joins the head up to its last line end, a line about the cut, and the tail from its first full
   * line.
   */
  private long join(FileChannel opened) throws IOException {
    byte[] tail = new byte[tailSize];
    int oldest = tailSize == 0 ? 0 : (int) ((received - headSize) % tailSize);
    readFully(opened, ByteBuffer.wrap(tail, 0, tailSize - oldest), headSize + oldest);
    readFully(opened, ByteBuffer.wrap(tail, tailSize - oldest, oldest), headSize);
    int from = afterFirstLineEnd(tail);
    long head = afterLastLineEnd(opened);
    long cut = received - head - (tailSize - from);
    byte[] word =
        String.format(
                Locale.ROOT,
                "%s[assay] %,d bytes were cut out here: the run printed more than the log may hold\n",
                head > 0 && head == headSize ? "\n" : "",
                cut)
            .getBytes(StandardCharsets.UTF_8);
    writeFully(opened, ByteBuffer.wrap(word), head);
    writeFully(opened, ByteBuffer.wrap(tail, from, tailSize - from), head + word.length);
    long bytes = head + word.length + tailSize - from;
    opened.truncate(bytes);
    return bytes;
  }

  private static int afterFirstLineEnd(byte[] tail) {
    for (int i = 0; i < Math.min(tail.length, LONGEST_LINE); i++) {
      if (tail[i] == '\n') {
        return i + 1;
      }
    }
    return 0;
  }

  private long afterLastLineEnd(FileChannel opened) throws IOException {
    byte[] end = new byte[(int) Math.min(headSize, LONGEST_LINE)];
    readFully(opened, ByteBuffer.wrap(end), headSize - end.length);
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] == '\n') {
        return headSize - end.length + i + 1;
      }
    }
    return headSize;
  }

  private static void readFully(FileChannel from, ByteBuffer into, long position)
      throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int count = from.read(into, at);
      if (count < 0) {
        throw new IOException("the log became shorter while it was read");
      }
      at += count;
    }
  }

  private static void writeFully(FileChannel to, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += to.write(bytes, at);
    }
  }

  /**
   * A part of the output.
   *
   * @param offset of its first byte in the whole output
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Part(long offset, byte[] bytes) {

    public long end() {
      return offset + bytes.length;
    }
  }

  /** Where a part is: its offset in the whole output, and its position in the file. */
  private record Place(long offset, long position, int length) {}

  /** Whether the log is closed, so that no more output will follow. */
  public synchronized boolean isOver() {
    return closed;
  }

  /**
   * Reads from the output so far, without making the run wait. Bytes that have already been
   * overwritten are skipped; the offset of the part shows that.
   *
   * @param from offset of the first wanted byte in the whole output
   * @param most how many bytes are read at most
   * @return a part without bytes when there are none now
   */
  public Part read(long from, int most) throws IOException {
    Place place = place(from, most);
    byte[] bytes = new byte[place.length()];
    if (bytes.length > 0) {
      try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
        readFully(reading, ByteBuffer.wrap(bytes), place.position());
      }
    }
    return new Part(place.offset(), isStillThere(place) ? bytes : new byte[0]);
  }

  private synchronized Place place(long from, int most) {
    long offset = Math.min(from, received);
    if (isCut()) {
      return new Place(received, 0, 0);
    }
    if (offset < headSize || tailSize == 0) {
      long end = Math.min(received, headSize);
      return new Place(offset, offset, (int) Math.max(0, Math.min(most, end - offset)));
    }
    offset = Math.max(offset, Math.max(headSize, received - tailSize));
    long position = positionOf(offset);
    long room = Math.min(received - offset, headSize + tailSize - position);
    return new Place(offset, position, (int) Math.min(most, room));
  }

  private synchronized boolean isStillThere(Place place) {
    return !isCut() && (place.offset() < headSize || received - tailSize <= place.offset());
  }

  /** Whether the log was cut, so that its bytes are no longer at the positions computed here. */
  private boolean isCut() {
    return finished != null && finished.truncated();
  }

  /** Passes on each line of a finished log, without its line end; long lines are truncated. */
  public void lines(Consumer<String> each) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    byte[] line = new byte[LONGEST_LINE];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
      int length = 0;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          each.accept(new String(line, 0, length, StandardCharsets.UTF_8));
          length = 0;
        } else if (length < line.length) {
          line[length++] = (byte) next;
        }
      }
      if (length > 0) {
        each.accept(new String(line, 0, length, StandardCharsets.UTF_8));
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      whenClosed.run();
    }
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
