package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.common.InvalidInputException;
import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder may do with an input: take it, or refuse it as documented. Whatever else it
 * throws, what it prints, and what it uses of stack, memory and time beyond its bounds fails. For
 * use by one thread at a time.
 */
public final class Bounds {

  /** Less than any thread of ours has. */
  private static final int STACK = 512 * 1024;

  private static final Duration MOST_TIME = Duration.ofSeconds(5);
  private static final int MOST_SHOWN = 500;

  /** While Jazzer watches the code, that allocates, and takes its time, too. */
  private static final int WATCHED = System.getenv("JAZZER_FUZZ") == null ? 1 : 8;

  private static final Duration HANGS = Duration.ofMinutes(1).multipliedBy(WATCHED);

  /** What Jazzer says where a class is loaded. */
  private static final String INSTRUMENTED =
      "(?m)^INFO: (Instrumented|New number of coverage counters).*\\R?";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is done with one input. */
  @FunctionalInterface
  public interface Target {
    void take() throws Exception;
  }

  private final Set<Class<? extends Throwable>> refusals = new HashSet<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(null, task, "bounded", STACK);
            made.setDaemon(true);
            return made;
          });
  private int longest = 64 * 1024;
  private long mostBytes = 64L << 20;
  private boolean mayLog;

  private Bounds() {
    refusals.add(InvalidInputException.class);
  }

  /**
   * Inputs of up to 64 KiB, each for 64 MiB and 5 seconds of processor time; to refuse one is to
   * throw an {@link InvalidInputException}.
   */
  public static Bounds usual() {
    return new Bounds();
  }

  /** What the decoder throws, too, as documented, for what it does not take. */
  public Bounds refusedBy(Class<? extends Throwable> type) {
    refusals.add(type);
    return this;
  }

  /** A longer input is not tried: whoever feeds the decoder cuts it or refuses it. */
  public Bounds longest(int bytes) {
    longest = bytes;
    return this;
  }

  /** What the decoder may allocate for one input. */
  public Bounds mostBytes(long bytes) {
    mostBytes = bytes;
    return this;
  }

  /** It is part of the decoder to log what it was given. */
  public Bounds mayLog() {
    mayLog = true;
    return this;
  }

  /**
   * Does it on a thread with a small stack.
   *
   * @throws AssertionError when it goes beyond a bound
   * @throws Exception what it threw and may not
   */
  public void hold(byte[] input, Target target) throws Exception {
    if (input.length > longest) {
      return;
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    Printed printed = new Printed();
    if (!mayLog) {
      System.setOut(printed.instead(out));
      System.setErr(printed.instead(err));
    }
    try {
      await(thread.submit(() -> take(target, printed)), input);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    String said = printed.text().replaceAll(INSTRUMENTED, "");
    if (!said.isEmpty()) {
      throw new AssertionError("it printed: " + said);
    }
  }

  /** Twice when once is too much: the first time classes are loaded, which costs, too. */
  private Void take(Target target, Printed printed) throws Exception {
    printed.isOf(Thread.currentThread());
    if (excess(target) != null) {
      String excess = excess(target);
      if (excess != null) {
        throw new AssertionError(excess);
      }
    }
    return null;
  }

  private @Nullable String excess(Target target) throws Exception {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long began = THREADS.getCurrentThreadCpuTime();
    try {
      target.take();
    } catch (Throwable e) {
      if (refusals.stream().noneMatch(type -> type.isInstance(e))) {
        throw e;
      }
    }
    long used = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    Duration took = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - began);
    if (used > mostBytes * WATCHED) {
      return "it allocated %d bytes".formatted(used);
    }
    return took.compareTo(MOST_TIME) > 0 ? "it took %s of processor time".formatted(took) : null;
  }

  /** A limit that only ends what hangs: what an input takes is measured in processor time. */
  private static void await(Future<?> taken, byte[] input) throws Exception {
    try {
      taken.get(HANGS.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("it hangs on: " + text(input), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static String text(byte[] input) {
    String text = new String(input, UTF_8);
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
