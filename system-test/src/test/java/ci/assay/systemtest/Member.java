package ci.assay.systemtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One process of an installation, which can be ended and started again with the same folders. For
 * use by one thread at a time.
 */
public final class Member implements AutoCloseable {

  /** A worker waits for the broker, which may be starting, until that has its results. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(3);

  private final String name;
  private final Path folder;
  private final List<String> arguments;
  private final List<AssayProcess> lives = new ArrayList<>();

  /**
   * @param folder for its output
   * @param arguments of the {@code assay} command
   */
  public Member(String name, Path folder, List<String> arguments) {
    this.name = name;
    this.folder = folder;
    this.arguments = List.copyOf(arguments);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  /**
   * Starts the process.
   *
   * @param javaOptions such as {@code -Dassay.crash-at=…}
   */
  public AssayProcess start(String... javaOptions) {
    AssayProcess process =
        AssayProcess.start(
            folder,
            Map.of("ASSAY_JAVA_OPTS", String.join(" ", javaOptions)),
            arguments.toArray(String[]::new));
    synchronized (lives) {
      lives.add(process);
    }
    return process;
  }

  /** Starts the process unless it is alive. */
  public void ensureAlive() {
    if (!isAlive()) {
      start();
    }
  }

  /** The current process, or the last one. */
  public AssayProcess process() {
    synchronized (lives) {
      return lives.get(lives.size() - 1);
    }
  }

  public boolean isAlive() {
    synchronized (lives) {
      return !lives.isEmpty() && process().isAlive();
    }
  }

  /** Ends it with SIGTERM; returns its exit code. */
  public int stop() {
    process().terminate();
    return process().awaitExit(STOP_LIMIT);
  }

  /** All lines that it has printed, including those before restarts. */
  public List<String> said() {
    List<AssayProcess> all;
    synchronized (lives) {
      all = List.copyOf(lives);
    }
    return all.stream().flatMap(each -> each.output().lines()).toList();
  }

  /** Ends it, first with SIGTERM. */
  @Override
  public void close() {
    synchronized (lives) {
      lives.forEach(AssayProcess::close);
    }
  }
}
