package ci.assay.worker.container;

import ci.assay.thread.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which container engine a machine has. */
public final class EngineSearch {

  /** What to do where there is none. */
  public static final String GET =
      "for commits with 'image' in .assay.yml install Docker (apt-get install docker.io) or Podman"
          + " (apt-get install podman) on a worker of the pool, let its user use it (docker:"
          + " usermod -aG docker USER), and start it anew with --executor auto or container";

  private static final List<String> PROGRAMS = List.of("docker", "podman");
  private static final List<String> ASKED = List.of("info", "--format", "{{json .}}");
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private EngineSearch() {}

  /**
   * What there is.
   *
   * @param program null when there is none
   * @param words what answers, as {@code docker 28.2.2}; null when nothing does
   * @param problem why nothing answers, for people; null where there is no program
   */
  public record Found(@Nullable String program, @Nullable String words, @Nullable String problem) {

    private static final Found NOTHING = new Found(null, null, null);

    /** What to do where nothing answers. */
    public String mend() {
      return GET;
    }
  }

  /**
   * Finds the program: the one that is named, else the first that answers, else the first that is
   * there.
   *
   * @param named null for none
   * @param readers where its output is read
   */
  public static Found look(
      @Nullable String named, Map<String, String> environment, Executor readers)
      throws InterruptedException {
    Found first = Found.NOTHING;
    for (String each : named == null ? PROGRAMS : List.of(named)) {
      Found found = isThere(each, environment) ? asked(each, environment, readers) : Found.NOTHING;
      if (found.words() != null) {
        return found;
      }
      first = first.program() == null ? found : first;
    }
    return first;
  }

  /** Finds it, with threads of its own. */
  public static Found look(Map<String, String> environment) throws InterruptedException {
    ExecutorService readers = Threads.cached("container engine");
    try {
      return look(null, environment, readers);
    } finally {
      readers.shutdownNow();
    }
  }

  private static Found asked(String program, Map<String, String> environment, Executor readers)
      throws InterruptedException {
    try {
      EngineAnswer answer = Engine.of(program, environment, readers).run(LIMIT, ASKED);
      return answer.isOk()
          ? new Found(program, EngineInfo.read(answer.out()).words(), null)
          : new Found(program, null, program + ": " + answer.problem());
    } catch (IOException e) {
      return new Found(program, null, program + ": " + e.getMessage());
    }
  }

  private static boolean isThere(String program, Map<String, String> environment) {
    if (program.contains("/")) {
      return Files.isExecutable(Path.of(program));
    }
    return Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
  }
}
