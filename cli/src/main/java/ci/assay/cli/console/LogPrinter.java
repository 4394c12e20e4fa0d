package ci.assay.cli.console;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints the lines of a log, made safe by {@link PlainText#logLine}. Closing it prints the rest and
 * leaves the underlying stream open.
 */
public final class LogPrinter extends OutputStream {

  /** In bytes; a longer line is printed in parts. */
  private static final int LONGEST_LINE = 64 * 1024;

  private final PrintStream out;
  private final boolean hasColours;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param hasColours whether the log's colours are kept
   */
  public LogPrinter(PrintStream out, boolean hasColours) {
    this.out = out;
    this.hasColours = hasColours;
  }

  @Override
  public void write(int one) {
    if (one == '\n') {
      print();
      out.print('\n');
    } else {
      line.write(one);
      if (line.size() >= LONGEST_LINE) {
        print();
      }
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  private void print() {
    out.print(PlainText.logLine(line.toString(StandardCharsets.UTF_8), hasColours));
    line.reset();
  }

  @Override
  public void close() {
    print();
    out.flush();
  }
}
