package ci.assay.cli.process;

import ci.assay.cli.console.Terminal;
import ci.assay.common.ProcessEnvironment;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The surroundings of a command. Commands use nothing else of the process, so a test can run them
 * in its own.
 *
 * @param directory the folder that relative paths are relative to
 * @param in standard input
 * @param stops creates the signal that ends the command
 */
public record CommandContext(
    Map<String, String> environment,
    Path directory,
    InputStream in,
    Terminal terminal,
    Clock clock,
    Supplier<StopSignal> stops) {

  public static CommandContext ofProcess() {
    Map<String, String> environment = ProcessEnvironment.get().variables();
    return new CommandContext(
        environment,
        Path.of("").toAbsolutePath(),
        System.in,
        Terminal.ofProcess(environment),
        clockOfProcess(),
        () -> new StopSignal().onSignals());
  }

  /** The machine's clock, with an offset that only tests set. */
  private static Clock clockOfProcess() {
    String offset = System.getProperty("assay.clock-offset", "PT0S");
    return Clock.offset(Clock.systemUTC(), Duration.parse(offset));
  }

  /**
   * Creates the signal that ends the command, and begins to handle SIGINT and SIGTERM. Call it
   * once.
   */
  public StopSignal stop() {
    return stops.get();
  }

  /**
   * Runs an action at each SIGHUP. Not where the command writes to a terminal: then the signal says
   * that the terminal is gone, and ends the command.
   */
  public void onHangup(StopSignal stop, Runnable action) {
    if (!terminal.outIsTerminal()) {
      stop.onHangup(action);
    }
  }

  /** Prints a line to standard error about what a long-running command does. */
  public void announce(String line) {
    terminal.err().println("assay " + line);
  }

  /** Makes a typed path absolute; {@code ~} is the home folder. */
  public Path path(String typed) {
    if (typed.equals("~") || typed.startsWith("~/")) {
      return home().resolve(typed.substring(Math.min(2, typed.length())));
    }
    return directory.resolve(typed).normalize();
  }

  /** The folder for files to keep: results, the observer's state. */
  public Path dataFolder() {
    return folder("XDG_DATA_HOME", ".local/share");
  }

  /** The folder for files that can be recreated: mirrors, checkouts, the caches of the tests. */
  public Path cacheFolder() {
    return folder("XDG_CACHE_HOME", ".cache");
  }

  public boolean debugs() {
    return !environment.getOrDefault("ASSAY_DEBUG", "").isEmpty();
  }

  private Path folder(String variable, String underHome) {
    String given = environment.getOrDefault(variable, "");
    Path base = given.startsWith("/") ? Path.of(given) : home().resolve(underHome);
    return base.resolve("assay");
  }

  private Path home() {
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
  }
}
