package ci.assay.cli.mcp;

import ci.assay.cli.console.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Keeps the last lines of what is written to it, and no more than those in memory. */
final class LastLines extends OutputStream {

  private static final int BYTES_OF_CHARACTER = 4;

  private final int most;
  private final int longest;
  private final String wanted;
  private final Deque<String> lines = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param most how many lines are kept
   * @param longest how many characters of a line are kept; the rest is dropped
   * @param wanted a text that a line must contain, in the part that is kept
   */
  LastLines(int most, int longest, String wanted) {
    this.most = most;
    this.longest = longest;
    this.wanted = wanted;
  }

  @Override
  public void write(int one) {
    if (one == '\n') {
      endLine();
    } else if (line.size() < BYTES_OF_CHARACTER * longest) {
      line.write(one);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void endLine() {
    String text = PlainText.logLine(line.toString(StandardCharsets.UTF_8), false);
    line.reset();
    String kept = text.length() <= longest ? text : text.substring(0, longest);
    if (kept.contains(wanted)) {
      lines.addLast(kept);
      if (lines.size() > most) {
        lines.removeFirst();
      }
    }
  }

  /** The lines, after everything was written. */
  List<String> lines() {
    if (line.size() > 0) {
      endLine();
    }
    return new ArrayList<>(lines);
  }
}
