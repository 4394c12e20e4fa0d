package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.output.RunLog;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Checks whether an executor can run commands, by running one like the command of a job. */
public final class CommandCheck {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOG_CAP = 4_096;

  private CommandCheck() {}

  /**
   * The problem of an executor, for people; empty if it works.
   *
   * @param place a folder for this check alone; deleted afterwards
   * @throws IOException when the files cannot be written
   */
  public static Optional<String> problem(CommandExecutor executor, Path place)
      throws IOException, InterruptedException {
    try {
      for (String each : new String[] {"tree", "home", "tmp"}) {
        Files.createDirectories(place.resolve(each));
      }
      return run(executor, place);
    } finally {
      FileTree.delete(place);
    }
  }

  private static Optional<String> run(CommandExecutor executor, Path place)
      throws IOException, InterruptedException {
    Path file = place.resolve("log");
    try (RunLog output = new RunLog(file, LOG_CAP)) {
      CommandRunner.Command command = command(place);
      executor.prepare(command.places());
      CommandExit ending = executor.run(command, output);
      output.finish();
      boolean isFine = ending instanceof Exited exited && exited.code() == 0;
      return isFine ? Optional.empty() : Optional.of("sh -c true: " + ending.words());
    } catch (IOException e) {
      String said = Files.exists(file) ? Files.readString(file).strip() : "";
      return Optional.of(said.isEmpty() ? String.valueOf(e.getMessage()) : said);
    }
  }

  private static CommandRunner.Command command(Path place) {
    String id = UlidCreator.getMonotonicUlid().toString();
    Map<String, String> environment =
        Map.of(
            "PATH",
            System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
            "HOME",
            place.resolve("home").toString(),
            "TMPDIR",
            place.resolve("tmp").toString(),
            RunProcesses.VARIABLE,
            id);
    return new CommandRunner.Command(id, "true", place.resolve("tree"), environment, LIMIT);
  }
}
