package ci.assay.cli.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps a few lines at the bottom of a terminal up to date, while other output is printed above
 * them. Shows nothing if standard error is not a terminal. Thread-safe.
 */
public final class LiveLines implements AutoCloseable {

  private static final String ERASE_TO_END = "\u001b[0J";

  private final Terminal terminal;
  private final PrintStream previousErr;
  private final ReentrantLock lock = new ReentrantLock();
  private List<String> shown = List.of();

  /** Begins. What is written to {@link System#err}, such as the log, appears above the lines. */
  public LiveLines(Terminal terminal) {
    this.terminal = terminal;
    this.previousErr = System.err;
    if (terminal.errIsTerminal()) {
      System.setErr(new PrintStream(new Above(terminal.err()), true, StandardCharsets.UTF_8));
    }
  }

  /** Replaces the lines; each is cut to the width of the terminal. */
  public void show(List<String> lines) {
    if (!terminal.errIsTerminal()) {
      return;
    }
    lock.lock();
    try {
      List<String> cut =
          lines.stream().map(line -> Table.cut(line, terminal.columns() - 1)).toList();
      if (!cut.equals(shown)) {
        erase();
        shown = cut;
        draw();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Prints a line to standard output, above the live lines. */
  public void print(String line) {
    print(terminal.out(), line);
  }

  /** Prints a line to one of the terminal's streams, above the live lines. */
  public void print(PrintStream stream, String line) {
    lock.lock();
    try {
      erase();
      stream.println(line);
      stream.flush();
      draw();
    } finally {
      lock.unlock();
    }
  }

  /** Erases the lines. */
  @Override
  public void close() {
    lock.lock();
    try {
      erase();
      shown = List.of();
    } finally {
      lock.unlock();
    }
    System.setErr(previousErr);
  }

  private void erase() {
    if (!shown.isEmpty()) {
      terminal.err().print("\r\u001b[" + shown.size() + "A" + ERASE_TO_END);
      terminal.err().flush();
    }
  }

  private void draw() {
    shown.forEach(terminal.err()::println);
  }

  /** A stream whose every write goes above the live lines. */
  private final class Above extends OutputStream {
    private final PrintStream target;

    Above(PrintStream target) {
      this.target = target;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      lock.lock();
      try {
        erase();
        target.write(bytes, offset, length);
        target.flush();
        draw();
      } finally {
        lock.unlock();
      }
    }
  }
}
