package ci.assay.cli.doctor;

import ci.assay.common.Texts;
import ci.assay.program.Programs;
import ci.assay.worker.container.EngineSearch;
import ci.assay.worker.sandbox.SandboxCheck;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Java, the programs that runs need, the clock. */
public final class MachineChecks {

  /** No clock that is right says less. */
  private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

  private static final Map<String, String> PROGRAMS =
      Map.of(
          "sh", "the commands of runs need it",
          "perl", "install it: apt-get install perl-base",
          "setsid", "install it: apt-get install util-linux",
          "flock", "install it: apt-get install util-linux");

  private MachineChecks() {}

  /** Checks all of it. */
  public static List<Finding> findings(Map<String, String> environment, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("java", Runtime.version() + ", " + System.getProperty("java.home")));
    PROGRAMS.keySet().stream()
        .sorted()
        .forEach(program -> findings.add(program(program, environment)));
    findings.add(git(environment));
    findings.add(sandbox(environment));
    findings.add(containers(environment));
    findings.add(fileNames());
    findings.add(clock(clock));
    return findings;
  }

  private static Finding program(String name, Map<String, String> environment) {
    return Programs.find(name, environment)
        .map(found -> Finding.ok(name, found.toString()))
        .orElseGet(() -> Finding.fail(name, "not in PATH; " + PROGRAMS.get(name)));
  }

  private static Finding sandbox(Map<String, String> environment) {
    List<String> missing = new ArrayList<>();
    Map.of("bwrap", "bubblewrap", "slirp4netns", "slirp4netns")
        .forEach(
            (program, from) -> {
              if (Programs.find(program, environment).isEmpty()) {
                missing.add(from);
              }
            });
    missing.sort(null);
    return missing.isEmpty()
        ? tried()
        : Finding.warn(
            "sandbox",
            "runs cannot be isolated from the worker and from each other; apt-get install %s"
                .formatted(String.join(" ", missing)));
  }

  private static Finding tried() {
    try {
      return SandboxCheck.problem()
          .map(why -> Finding.warn("sandbox", "runs cannot be fully isolated: " + why))
          .orElseGet(
              () ->
                  Finding.ok(
                      "sandbox",
                      "bwrap and slirp4netns work, so runs can be isolated (--executor)"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.warn("sandbox", "not tried");
    }
  }

  private static Finding containers(Map<String, String> environment) {
    try {
      EngineSearch.Found found = EngineSearch.look(environment);
      return found.words() != null
          ? Finding.ok(
              "containers", found.words() + " answers: commits can name an 'image' (--executor)")
          : found.problem() != null
              ? Finding.warn(
                  "containers", "none can be run: %s; %s".formatted(found.problem(), found.mend()))
              : Finding.ok("containers", "no engine; " + found.mend());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.warn("containers", "not tried");
    }
  }

  /** We bring a git of our own; only the user's credential helpers are run by the real one. */
  private static Finding git(Map<String, String> environment) {
    return Programs.find("git", environment)
        .map(found -> Finding.ok("git", found.toString()))
        .orElseGet(
            () ->
                Finding.warn(
                    "git", "not in PATH: git's credential helpers are not asked for logins"));
  }

  /** Java writes names of files in the encoding of its locale, and no others. */
  private static Finding fileNames() {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    return encoding.equalsIgnoreCase("UTF-8")
        ? Finding.ok("file names", encoding)
        : Finding.warn(
            "file names",
            encoding
                + ": commits with names that are not ASCII cannot be checked out; start Assay by its launcher, or with LC_ALL=C.UTF-8");
  }

  private static Finding clock(Clock clock) {
    Instant now = clock.instant();
    return now.isBefore(EARLIEST)
        ? Finding.warn(
            "clock", Texts.time(now) + " cannot be right; set it, or the ages of results are wrong")
        : Finding.ok("clock", Texts.time(now));
  }
}
