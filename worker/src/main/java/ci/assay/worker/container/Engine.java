package ci.assay.worker.container;

import ci.assay.common.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The command line program of a container engine: docker or podman. Of the worker's environment it
 * gets only the variables that it needs, and never the broker's address and password. Safe for use
 * by many threads.
 *
 * @param program a name in PATH, or a path
 * @param environment all of its environment
 * @param readers runs the tasks that read its output
 */
record Engine(String program, Map<String, String> environment, Executor readers) {

  private static final int MAX_OUTPUT_BYTES = 1 << 20;
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(2);

  private static final Pattern PASSED_ON =
      Pattern.compile(
          "PATH|HOME|TMPDIR|DOCKER_\\w+|CONTAINERS?_\\w+|XDG_\\w+|SSH_AUTH_SOCK"
              + "|(?i:https?_proxy|no_proxy|all_proxy)");

  /** The program did not end in time. */
  static final class HangsException extends IOException {
    private static final long serialVersionUID = 1L;

    HangsException(String message) {
      super(message);
    }
  }

  Engine {
    environment = Map.copyOf(environment);
  }

  /** Takes the variables that the program needs from an environment. */
  static Engine of(String program, Map<String, String> ours, Executor readers) {
    Map<String, String> passed = new TreeMap<>(ours);
    passed.keySet().removeIf(name -> !PASSED_ON.matcher(name).matches());
    return new Engine(program, passed, readers);
  }

  /**
   * The command prefix that starts the program with its environment, where only PATH is inherited.
   */
  List<String> starting() {
    List<String> words = new ArrayList<>(List.of("env"));
    environment.forEach(
        (name, value) -> {
          if (!name.equals("PATH")) {
            words.add(name + "=" + value);
          }
        });
    words.add(program);
    return words;
  }

  /**
   * Runs the program to its end.
   *
   * @throws HangsException when it takes longer than {@code limit}
   * @throws IOException when it cannot be started
   */
  EngineAnswer run(Duration limit, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      FutureTask<String> out = reading(process.getInputStream());
      FutureTask<String> errors = reading(process.getErrorStream());
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new HangsException(
            "'%s %s' did not end within %s"
                .formatted(program, arguments.get(0), Durations.text(limit)));
      }
      return new EngineAnswer(process.exitValue(), read(out), read(errors));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private FutureTask<String> reading(InputStream from) {
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              String text = new String(from.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
              from.transferTo(java.io.OutputStream.nullOutputStream());
              return text;
            });
    readers.execute(task);
    return task;
  }

  /** Waits a limited time, because a process that the program left may keep its output open. */
  private static String read(FutureTask<String> task) throws IOException, InterruptedException {
    try {
      return task.get(OUTPUT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return "";
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
