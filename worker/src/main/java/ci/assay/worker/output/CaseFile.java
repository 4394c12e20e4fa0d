package ci.assay.worker.output;

import ci.assay.common.PrivateFiles;
import ci.assay.model.FileSummary;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the test cases of a run in the order in which they are added, and at the end writes them
 * to a file, one line of JSON each. If they are too many, failed cases are kept in preference to
 * passed ones. Not thread-safe.
 */
public final class CaseFile {

  /** The longest file, in bytes. */
  public static final int MOST_BYTES = 8 << 20;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Line(int number, byte[] json) {}

  private final Path file;
  private final int most;
  private final Deque<Line> bad = new ArrayDeque<>();
  private final Deque<Line> good = new ArrayDeque<>();
  private long bytes;
  private int count;
  private boolean truncated;

  /**
   * @param most how many bytes the file may have
   */
  public CaseFile(Path file, int most) {
    this.file = file;
    this.most = most;
  }

  public void add(TestCase one) {
    Deque<Line> lines = one.outcome().isBad() ? bad : good;
    Line line = new Line(count++, Codec.encodeLine(one));
    while (lines == bad && bytes + line.json().length > most && !good.isEmpty()) {
      bytes -= good.removeLast().json().length;
      truncated = true;
    }
    if (bytes + line.json().length > most) {
      truncated = true;
    } else {
      lines.add(line);
      bytes += line.json().length;
    }
  }

  /** How many cases were added, including those that were dropped. */
  public int count() {
    return count;
  }

  /** The first failed case; null if there is none. */
  public @Nullable TestCase firstBad() {
    Line first = bad.peekFirst();
    return first == null
        ? null
        : Codec.decodeTestCase(new String(first.json(), StandardCharsets.UTF_8));
  }

  /** Removes all cases that were added after {@link #count} had this value. */
  public void forgetSince(int earlier) {
    for (Deque<Line> lines : List.of(bad, good)) {
      while (!lines.isEmpty() && lines.getLast().number() >= earlier) {
        bytes -= lines.removeLast().json().length;
      }
    }
    count = earlier;
  }

  /**
   * Writes the file and flushes it to disk, unless there are no cases.
   *
   * @return null when there were no cases
   */
  public @Nullable FileSummary finish() throws IOException {
    if (bytes == 0) {
      return null;
    }
    try (FileChannel channel =
        PrivateFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer content = content();
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(false);
    }
    return new FileSummary(bytes, truncated, null);
  }

  /** The path of the file, which does not exist if there are no cases. */
  public Path file() {
    return file;
  }

  private ByteBuffer content() {
    List<Line> lines = new ArrayList<>(bad.size() + good.size());
    Stream.concat(bad.stream(), good.stream())
        .sorted(Comparator.comparingInt(Line::number))
        .forEach(lines::add);
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(bytes));
    lines.forEach(line -> content.put(line.json()));
    return content.flip();
  }
}
