package ci.assay.cli.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Closes objects in reverse order. Later failures are added to the first one as suppressed. */
public final class Closer implements AutoCloseable {

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Adds an object that {@link #close} will close; returns it. */
  public <T extends AutoCloseable> T add(T one) {
    opened.push(one);
    return one;
  }

  @Override
  public void close() throws Exception {
    Exception first = null;
    while (!opened.isEmpty()) {
      first = close(opened.pop(), first);
    }
    if (first != null) {
      throw first;
    }
  }

  private static @Nullable Exception close(AutoCloseable one, @Nullable Exception before) {
    try {
      one.close();
      return before;
    } catch (Exception e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
