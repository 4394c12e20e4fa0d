package ci.assay.worker.command;

import ci.assay.worker.command.CommandRunner.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Creates commands with the folders of a slot: a tree, a home and a temporary folder. */
public final class PlacedCommand {

  private static final Duration LONG = Duration.ofSeconds(50);

  private PlacedCommand() {}

  /** A command that ends by itself. */
  public static Command in(Path place, String run, String command) throws IOException {
    return in(place, run, command, Map.of(), LONG);
  }

  /**
   * Creates a command and its folders.
   *
   * @param place the parent of the folders
   * @param run its id, unique on this machine, because processes are found and killed by it
   * @param variables in addition to the usual ones
   */
  public static Command in(
      Path place, String run, String command, Map<String, String> variables, Duration timeout)
      throws IOException {
    Map<String, String> environment = new TreeMap<>(variables);
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("HOME", Files.createDirectories(place.resolve("home")).toString());
    Path temporary = Files.createDirectories(place.resolve("tmp"));
    environment.put("TMPDIR", temporary.toString());
    environment.put(RunPlaces.SUMMARY_VARIABLE, RunPlaces.summaryIn(temporary).toString());
    environment.put(RunProcesses.VARIABLE, run);
    Path tree = Files.createDirectories(place.resolve("tree"));
    return new Command(run, command, tree, environment, timeout);
  }
}
