package ci.assay.worker.command;

import ci.assay.worker.command.CommandRunner.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Makes commands that have what those of a slot have: a tree, a home and a temporary folder. */
public final class PlacedCommand {

  private static final Duration LONG = Duration.ofSeconds(50);

  private PlacedCommand() {}

  /** One that ends by itself. */
  public static Command in(Path place, String run, String command) throws IOException {
    return in(place, run, command, Map.of(), LONG);
  }

  /**
   * Makes the folders, too.
   *
   * @param place above them
   * @param run by which its processes are found and killed, so no other on this machine may have it
   * @param variables beside the usual ones
   */
  public static Command in(
      Path place, String run, String command, Map<String, String> variables, Duration timeout)
      throws IOException {
    Map<String, String> environment = new TreeMap<>(variables);
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", Files.createDirectories(place.resolve("home")).toString());
    environment.put("TMPDIR", Files.createDirectories(place.resolve("tmp")).toString());
    environment.put(RunProcesses.VARIABLE, run);
    Path tree = Files.createDirectories(place.resolve("tree"));
    return new Command(run, command, tree, environment, timeout);
  }
}
