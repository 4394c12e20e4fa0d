package ci.assay.git;

import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the limits of one fetch, which begins with the constructor. JGit checks it as a progress
 * monitor between two objects, and every received byte is counted. For use by one thread.
 */
final class FetchBudget extends EmptyProgressMonitor {

  private final String repository;
  private final FetchLimits limits;
  private final long startNanos = System.nanoTime();
  private long bytes;

  FetchBudget(String repository, FetchLimits limits) {
    this.repository = repository;
    this.limits = limits;
  }

  /**
   * Ends a transfer from inside JGit, where only an IOException can be thrown; {@link #exceeded}
   * tells which limit it was.
   */
  private static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("a limit of the fetch is reached");
    }
  }

  @Override
  public boolean isCancelled() {
    return isTooLong();
  }

  private boolean isTooLong() {
    return System.nanoTime() - startNanos > limits.time().toNanos();
  }

  void take(long count) throws IOException {
    bytes += count;
    if (bytes > limits.bytes() || isTooLong()) {
      throw new Exceeded();
    }
  }

  /**
   * The failure for the limit that was exceeded; null when none was. Too much data counts as
   * permanent, too much time as temporary: the fetch may be quicker at another time.
   */
  @Nullable GitException exceeded(@Nullable Exception cause) {
    if (bytes > limits.bytes()) {
      return new GitException(
          GitException.Kind.UNSUPPORTED,
          "repository %s sends more than %s at a time; --max-fetch-size allows more"
              .formatted(repository, Sizes.text(limits.bytes())),
          cause);
    }
    if (isTooLong()) {
      return new GitException(
          GitException.Kind.UNREACHABLE,
          "repository %s sends for longer than %s; --fetch-timeout allows more"
              .formatted(repository, Durations.text(limits.time())),
          cause);
    }
    return null;
  }

  /**
   * Fails when a limit ended the fetch but JGit returned without an exception.
   *
   * @throws GitException when a limit was exceeded and a wanted object is missing
   */
  void requireArrived(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException {
    GitException exceeded = exceeded(null);
    if (exceeded != null && !wanted.stream().allMatch(mirror.getObjectDatabase()::has)) {
      throw exceeded;
    }
  }

  InputStream counted(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int one = super.read();
        take(one < 0 ? 0 : 1);
        return one;
      }

      @Override
      public int read(byte[] buffer, int from, int length) throws IOException {
        int count = super.read(buffer, from, length);
        take(Math.max(0, count));
        return count;
      }
    };
  }

  OutputStream counted(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int one) throws IOException {
        take(1);
        out.write(one);
      }

      @Override
      public void write(byte[] buffer, int from, int length) throws IOException {
        take(length);
        out.write(buffer, from, length);
      }
    };
  }
}
