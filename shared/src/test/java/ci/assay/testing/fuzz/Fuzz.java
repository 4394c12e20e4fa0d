package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.common.InvalidInputException;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a decoder real inputs that were changed at random, and the kept ones that once broke it. It
 * may take an input or refuse it as documented; anything else that it throws, what it prints, and
 * what it uses of stack, memory and time beyond its bounds is a failure. An input that was refused
 * at a place where none was before is changed further.
 *
 * <p>As a test it tries a few hundred inputs that are always the same ones. {@code ./dev fuzz}
 * tries new ones for {@code -Dfuzz.seconds}, and writes one that fails, made as short as it can be,
 * to {@code src/test/resources/fuzz/NAME}, where every later run finds it.
 */
public final class Fuzz {

  /** Less than any thread of ours has. */
  private static final int STACK = 512 * 1024;

  private static final int SHORT_FORM = 300;
  private static final int MOST_INPUTS = 1_000;
  private static final int MOST_CUTS = 400;
  private static final int FRAMES = 8;
  private static final long SHORT_SEED = 14;

  private static final Duration HANGS = Duration.ofMinutes(1);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What is given the inputs. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] input) throws Exception;
  }

  private final String name;
  private final Path kept;
  private final List<byte[]> inputs = new ArrayList<>();
  private final List<byte[]> words = new ArrayList<>();
  private final Set<Class<? extends Throwable>> refusals = new HashSet<>();
  private final Set<Integer> places = new HashSet<>();
  private int longest = 64 * 1024;
  private int inputsOfShortForm = SHORT_FORM;
  private long mostBytes = 64L << 20;
  private Duration mostTime = Duration.ofSeconds(5);
  private boolean mayLog;
  private volatile long currentSince;
  private volatile byte @Nullable [] current;

  private Fuzz(String name) {
    this.name = name;
    this.kept = Path.of("src", "test", "resources", "fuzz", name);
    refusals.add(InvalidInputException.class);
  }

  /**
   * For a decoder of that name; its documented refusal is an {@link InvalidInputException} unless
   * {@link #refusedBy} names others, too.
   */
  public static Fuzz of(String name) {
    return new Fuzz(name);
  }

  /** Real inputs. */
  public Fuzz inputs(String... texts) {
    Stream.of(texts).map(text -> text.getBytes(UTF_8)).forEach(inputs::add);
    return this;
  }

  /** Real inputs. */
  public Fuzz inputs(byte[]... some) {
    inputs.addAll(List.of(some));
    return this;
  }

  /** Words that mean something to the decoder. */
  public Fuzz words(String... some) {
    Stream.of(some).map(text -> text.getBytes(UTF_8)).forEach(words::add);
    return this;
  }

  /** What the decoder throws, as documented, for what it does not take. */
  public Fuzz refusedBy(Class<? extends Throwable> type) {
    refusals.add(type);
    return this;
  }

  /** No input is longer. */
  public Fuzz longest(int bytes) {
    longest = bytes;
    return this;
  }

  /** What the decoder may allocate for one input. */
  public Fuzz mostBytes(long bytes) {
    mostBytes = bytes;
    return this;
  }

  /** How many inputs are tried as a test, where each takes its time. */
  public Fuzz inputsOfShortForm(int count) {
    inputsOfShortForm = count;
    return this;
  }

  /** It is part of the decoder to log what it was given. */
  public Fuzz mayLog() {
    mayLog = true;
    return this;
  }

  /**
   * Tries them all on a thread with a small stack.
   *
   * @throws AssertionError with the input that failed, and where it is kept
   */
  public void run(Target target) throws Exception {
    FutureTask<@Nullable Void> all =
        new FutureTask<>(
            () -> {
              tryAll(target);
              return null;
            });
    Thread thread = new Thread(null, all, "fuzz " + name, STACK);
    thread.setDaemon(true);
    PrintStream out = System.out;
    PrintStream err = System.err;
    Printed printed = new Printed(thread);
    System.setOut(printed.instead(out));
    System.setErr(printed.instead(err));
    try {
      thread.start();
      await(all, thread);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failed) {
        throw failed;
      }
      throw e;
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    if (!mayLog && !printed.text().isEmpty()) {
      throw new AssertionError(name + " printed: " + printed.text());
    }
  }

  /** A limit that only ends what hangs: how long an input takes in processor time is measured. */
  private void await(FutureTask<?> all, Thread thread)
      throws ExecutionException, InterruptedException, IOException {
    while (true) {
      try {
        all.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        byte[] input = current;
        if (input != null && System.nanoTime() - currentSince > HANGS.toNanos()) {
          AssertionError hangs =
              new AssertionError(
                  "%s hangs on an input; kept as %s: %s".formatted(name, keep(input), text(input)));
          hangs.setStackTrace(thread.getStackTrace());
          throw hangs;
        }
      }
    }
  }

  private void tryAll(Target target) throws IOException {
    inputs.addAll(keptInputs());
    for (byte[] input : List.copyOf(inputs)) {
      mustPass(target, input, "as it stands");
    }
    Integer seconds = Integer.getInteger("fuzz.seconds");
    long seed = seconds == null ? SHORT_SEED : Long.getLong("fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    Mutator mutator = new Mutator(random, words, longest);
    long end = seconds == null ? 0 : System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    long tried = 0;
    while (seconds == null ? tried < inputsOfShortForm : System.nanoTime() < end) {
      byte[] input = mutator.change(one(random), one(random));
      tried++;
      if (mustPass(target, input, "number " + tried + " of seed " + seed)
          && inputs.size() < MOST_INPUTS) {
        inputs.add(input);
      }
    }
    if (seconds != null) {
      report(
          "%s: %d inputs, %d ways to refuse, seed %d".formatted(name, tried, places.size(), seed));
    }
  }

  private static void report(String line) throws IOException {
    Path file = Files.createDirectories(Path.of("target")).resolve("fuzz.txt");
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private byte[] one(Random random) {
    return inputs.get(random.nextInt(inputs.size()));
  }

  private List<byte[]> keptInputs() throws IOException {
    if (!Files.isDirectory(kept)) {
      return List.of();
    }
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
    }
    return all;
  }

  /** Returns whether it was refused at a place where none was before. */
  private boolean mustPass(Target target, byte[] input, String which) throws IOException {
    Outcome outcome = outcome(target, input);
    if (outcome.failure() == null) {
      return outcome.place() != 0 && places.add(outcome.place());
    }
    byte[] shortest = shortened(target, input, outcome.failure());
    Throwable cause = outcome.failure();
    throw new AssertionError(
        "%s breaks on input %s: %s; kept as %s: %s"
            .formatted(name, which, cause, keep(shortest), text(shortest)),
        cause);
  }

  /**
   * What became of an input.
   *
   * @param place where it was refused; 0 where it was not
   */
  private record Outcome(@Nullable Throwable failure, int place) {}

  private Outcome outcome(Target target, byte[] input) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long began = THREADS.getCurrentThreadCpuTime();
    int place = 0;
    currentSince = System.nanoTime();
    current = input;
    try {
      target.take(input);
    } catch (Throwable e) {
      if (refusals.stream().noneMatch(type -> type.isInstance(e))) {
        return new Outcome(e, 0);
      }
      place = placeOf(e);
    }
    long used = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (used > mostBytes) {
      return new Outcome(new TooMuch("it allocated %d bytes".formatted(used)), 0);
    }
    Duration took = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - began);
    if (Integer.getInteger("fuzz.seconds") != null && took.compareTo(mostTime) > 0) {
      return new Outcome(new TooMuch("it took " + took), 0);
    }
    return new Outcome(null, place);
  }

  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;

    TooMuch(String what) {
      super(what);
    }
  }

  private static int placeOf(Throwable refusal) {
    int place = 1;
    for (Throwable each = refusal; each != null; each = each.getCause()) {
      StackTraceElement[] frames = each.getStackTrace();
      place = 31 * place + each.getClass().hashCode();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        place = 31 * place + Objects.hash(frames[i].getClassName(), frames[i].getLineNumber());
      }
    }
    return place;
  }

  /** Without whatever is not needed for it to fail in the same way. */
  private byte[] shortened(Target target, byte[] input, Throwable failure) {
    byte[] shortest = input;
    int tries = 0;
    for (int size = input.length / 2; size > 0 && tries < MOST_CUTS; size /= 2) {
      for (int from = 0; from < shortest.length && tries < MOST_CUTS; ) {
        byte[] less =
            Mutator.replaced(shortest, from, Math.min(shortest.length, from + size), new byte[0]);
        Throwable now = outcome(target, less).failure();
        tries++;
        if (now != null && now.getClass() == failure.getClass()) {
          shortest = less;
        } else {
          from += size;
        }
      }
    }
    return shortest;
  }

  private Path keep(byte[] input) throws IOException {
    boolean isForGood = Integer.getInteger("fuzz.seconds") != null;
    Path folder = isForGood ? kept : Path.of("target", "fuzz", name);
    Files.createDirectories(folder);
    Path file = folder.resolve("found-%08x".formatted(Arrays.hashCode(input)));
    Files.write(file, input);
    return file;
  }

  private static String text(byte[] input) {
    String text = new String(input, UTF_8);
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }
}
