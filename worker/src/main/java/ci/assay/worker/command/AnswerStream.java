package ci.assay.worker.command;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a run, extracted from what its supervisor writes. The stream ends with the
 * supervisor's last answer about the run; answers before that are passed to a consumer. Lines
 * without the run's secret are not from the supervisor and are ignored. For use by one thread.
 */
final class AnswerStream extends InputStream {

  private static final Logger log = LoggerFactory.getLogger(AnswerStream.class);
  private static final int LONGEST_LINE = 4_096;
  private static final int LONGEST_OUTPUT = 1 << 20;
  private static final String OUTPUT = "output ";

  private final InputStream from;
  private final String prefix;
  private final Consumer<SupervisedRun.Answer> answers;
  private int left;
  private boolean isOver;
  private boolean isWarned;

  AnswerStream(InputStream from, String secret, Consumer<SupervisedRun.Answer> answers) {
    this.from = from;
    this.prefix = secret + " ";
    this.answers = answers;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    while (left == 0 && !isOver) {
      readLine();
    }
    if (isOver) {
      return -1;
    }
    int count = from.read(bytes, offset, Math.min(length, left));
    if (count < 0) {
      throw new EOFException("the supervisor of the run ended in the middle of its output");
    }
    left -= count;
    return count;
  }

  private void readLine() throws IOException {
    String line = line(from);
    if (line == null) {
      isOver = true;
      answers.accept(SupervisedRun.Answer.GONE);
    } else if (!line.startsWith(prefix)) {
      warnOnce();
    } else if (line.startsWith(OUTPUT, prefix.length())) {
      left = size(line.substring(prefix.length() + OUTPUT.length()));
    } else {
      SupervisedRun.Answer answer = SupervisedRun.Answer.of(line.substring(prefix.length()));
      isOver = answer.isLast();
      answers.accept(answer);
    }
  }

  private void warnOnce() {
    if (!isWarned) {
      isWarned = true;
      log.warn("a process that is not the supervisor of a run wrote to its pipe; ignored");
    }
  }

  private static int size(String text) throws IOException {
    try {
      int size = Integer.parseInt(text);
      if (size >= 0 && size <= LONGEST_OUTPUT) {
        return size;
      }
    } catch (NumberFormatException e) {
      log.debug("no size: {}", text, e);
    }
    throw new IOException("the supervisor of the run gave an invalid size: " + text);
  }

  /** The next line without its line end, truncated if too long; null at the end of the stream. */
  static @Nullable String line(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = from.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (line.length() < LONGEST_LINE) {
        line.append((char) next);
      }
      next = from.read();
    }
    byte[] bytes = line.toString().getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
