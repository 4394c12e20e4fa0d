package ci.assay.worker.container;

import ci.assay.program.Programs;
import ci.assay.thread.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Finds the container engine of a machine. */
public final class EngineSearch {

  /** Advice if there is no engine. */
  public static final String GET =
      "for commits with 'image' in .assay.yml install Docker (apt-get install docker.io) or Podman"
          + " (apt-get install podman) on a worker of the pool, let its user use it (docker:"
          + " usermod -aG docker USER), and start it anew with --executor auto or container";

  private static final List<String> PROGRAMS = List.of("docker", "podman");
  private static final List<String> INFO = List.of("info", "--format", "{{json .}}");
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private EngineSearch() {}

  /**
   * The result of a search.
   *
   * @param program the engine's program; null if there is none
   * @param words the engine, as {@code docker 28.2.2}; null if none answers
   * @param problem why the engine does not answer, for people; null if there is no program, or it
   *     answers
   */
  public record Found(@Nullable String program, @Nullable String words, @Nullable String problem) {

    private static final Found NOTHING = new Found(null, null, null);

    /** Advice if no engine answers. */
    public String mend() {
      return GET;
    }
  }

  /**
   * Finds the program: the named one, otherwise the first whose engine answers, otherwise the first
   * that is installed.
   *
   * @param named null for none
   * @param readers runs the tasks that read its output
   */
  public static Found look(
      @Nullable String named, Map<String, String> environment, Executor readers)
      throws InterruptedException {
    Found first = Found.NOTHING;
    for (String each : named == null ? PROGRAMS : List.of(named)) {
      Found found =
          Programs.find(each, environment).isPresent()
              ? probe(each, environment, readers)
              : Found.NOTHING;
      if (found.words() != null) {
        return found;
      }
      first = first.program() == null ? found : first;
    }
    return first;
  }

  /** As above, with no name and with threads of its own. */
  public static Found look(Map<String, String> environment) throws InterruptedException {
    ExecutorService readers = Threads.cached("container engine");
    try {
      return look(null, environment, readers);
    } finally {
      readers.shutdownNow();
    }
  }

  private static Found probe(String program, Map<String, String> environment, Executor readers)
      throws InterruptedException {
    try {
      EngineAnswer answer = Engine.of(program, environment, readers).run(LIMIT, INFO);
      return answer.isOk()
          ? new Found(program, EngineInfo.read(answer.out()).words(), null)
          : new Found(program, null, program + ": " + answer.problem());
    } catch (IOException e) {
      return new Found(program, null, program + ": " + e.getMessage());
    }
  }
}
