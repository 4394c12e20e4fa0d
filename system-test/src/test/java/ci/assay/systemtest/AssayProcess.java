package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of the real {@code assay} command, started through its launcher. */
public final class AssayProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PREPARE_LIMIT = Duration.ofMinutes(5);
  private static boolean isPrepared;

  private final Process process;
  private final Path output;

  private AssayProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** The root of the checkout, where {@code assay} and {@code dev} are. */
  public static Path checkout() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("assay"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no folder above has the assay launcher");
      }
    }
    return folder;
  }

  /**
   * Builds the distribution if needed, and the archive for fast starts, so that no command prints
   * that it does so. Does it only once; other JVMs that run tests wait meanwhile.
   */
  public static synchronized void prepare() {
    if (isPrepared) {
      return;
    }
    Path file = checkout().resolve("cli/target/tests.lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      Process process =
          new ProcessBuilder(checkout().resolve("assay").toString(), "prepare")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor(PREPARE_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      isPrepared = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /**
   * Starts {@code assay} in {@code folder}, with standard output and error in one file there. By
   * default its runs are plain processes, because most tests let them wait for files outside of the
   * work tree, which are not visible in a sandbox.
   */
  public static AssayProcess start(Path folder, String... arguments) {
    return start(folder, Map.of(), arguments);
  }

  /** As above, with more environment variables. */
  public static AssayProcess start(
      Path folder, Map<String, String> environment, String... arguments) {
    return start(folder, environment, List.of(), List.of(arguments));
  }

  /** As above, through a line of shell, which must start {@code "$0" "$@"}. */
  public static AssayProcess startBy(
      String shell, Path folder, Map<String, String> environment, List<String> arguments) {
    return start(folder, environment, List.of("sh", "-c", shell), arguments);
  }

  private static AssayProcess start(
      Path folder, Map<String, String> environment, List<String> before, List<String> arguments) {
    prepare();
    List<String> command = new ArrayList<>(before);
    command.add(checkout().resolve("assay").toString());
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile(folder, arguments.get(0) + "-", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("ASSAY_EXECUTOR", "process");
      if (!Boolean.getBoolean("rehearse")) { // it costs each worker seconds of processor time
        builder.environment().putIfAbsent("ASSAY_JAVA_OPTS", "-Dassay.rehearsal=false");
      }
      builder.environment().putAll(environment);
      return new AssayProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** The descendants of this process. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Its output so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed {@code text}; fails if it ends before. */
  public AssayProcess awaitOutput(String text) {
    await()
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(
            () ->
                assertThat(output().contains(text) || !process.isAlive())
                    .as("'%s' in: %s", text, output())
                    .isTrue());
    assertThat(output()).contains(text);
    return this;
  }

  /** Waits for its end and returns its exit code. */
  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + limit + ": " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal by its name, such as {@code STOP}. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it with SIGKILL, so that it cannot do anything more. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** Sends SIGTERM, like a supervisor. */
  public void terminate() {
    process.destroy();
  }

  /** Ends it, first with SIGTERM. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
