package ci.assay.cli.process;

import ci.assay.cli.console.Terminal;
import ci.assay.common.ProcessEnvironment;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command finds around it. Commands reach for nothing else of the process, so a test runs
 * them in its own.
 *
 * @param directory what relative paths are relative to
 * @param stops makes the one place where it is said that the command should end
 */
public record CommandContext(
    Map<String, String> environment,
    Path directory,
    Terminal terminal,
    Clock clock,
    Supplier<StopSignal> stops) {

  public static CommandContext ofProcess() {
    Map<String, String> environment = ProcessEnvironment.get().variables();
    return new CommandContext(
        environment,
        Path.of("").toAbsolutePath(),
        Terminal.ofProcess(environment),
        clockOfProcess(),
        () -> new StopSignal().onSignals());
  }

  /** Tests set the clock of a process off: the real one is the machine's. */
  private static Clock clockOfProcess() {
    String offset = System.getProperty("assay.clock-offset", "PT0S");
    return Clock.offset(Clock.systemUTC(), Duration.parse(offset));
  }

  /** From now on whoever wants the command to end says it here. To be called once. */
  public StopSignal stop() {
    return stops.get();
  }

  /** Says at the start of a long command what it is about to do. */
  public void announce(String line) {
    terminal.err().println("assay " + line);
  }

  /** A path that a person typed: {@code ~} is the home folder, relative ones are made absolute. */
  public Path path(String typed) {
    if (typed.equals("~") || typed.startsWith("~/")) {
      return home().resolve(typed.substring(Math.min(2, typed.length())));
    }
    return directory.resolve(typed).normalize();
  }

  /** What is to be kept: results, the observer's state. */
  public Path dataFolder() {
    return folder("XDG_DATA_HOME", ".local/share");
  }

  /** What can be had again: mirrors, checkouts, the caches of the tests. */
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
