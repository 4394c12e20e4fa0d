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
 * One process of an installation in all its lives: it can be ended and started again on the same
 * folders. For use by one thread at a time.
 */
public final class Member implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final String name;
  private final Path folder;
  private final List<String> arguments;
  private final List<AssayProcess> lives = new ArrayList<>();

  /**
   * @param folder where what it prints goes
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
   * Begins a life.
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

  /** Begins a life when there is none. */
  public void ensureAlive() {
    if (!isAlive()) {
      start();
    }
  }

  /** Its present life, or the last one. */
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

  /** Each line that it printed, life after life. */
  public List<String> said() {
    List<AssayProcess> all;
    synchronized (lives) {
      all = List.copyOf(lives);
    }
    return all.stream().flatMap(each -> each.output().lines()).toList();
  }

  /** Ends it, politely at first. */
  @Override
  public void close() {
    synchronized (lives) {
      lives.forEach(AssayProcess::close);
    }
  }
}
