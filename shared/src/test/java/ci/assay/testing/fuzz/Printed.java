package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Collects what one thread prints; what others print goes its way. */
final class Printed {

  private static final int MOST = 4_096;

  private volatile @Nullable Thread thread;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

  /** Whose it is from now on. */
  void isOf(Thread one) {
    thread = one;
  }

  /** Stands in the place of such a stream. */
  PrintStream instead(PrintStream usual) {
    return new PrintStream(new Split(usual), true, UTF_8);
  }

  /** The first of it. */
  synchronized String text() {
    return collected.toString(UTF_8);
  }

  private synchronized void add(byte[] bytes, int from, int count) {
    collected.write(bytes, from, Math.min(count, Math.max(0, MOST - collected.size())));
  }

  private final class Split extends FilterOutputStream {

    Split(OutputStream usual) {
      super(usual);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (Thread.currentThread() == thread) {
        add(bytes, from, count);
      } else {
        out.write(bytes, from, count);
      }
    }
  }
}
