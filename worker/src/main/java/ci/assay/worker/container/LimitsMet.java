package ci.assay.worker.container;

import ci.assay.common.Sizes;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.RunSupervisor;
import ci.assay.worker.command.SupervisedRun;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out which limit a run in a container reached, from the counters of the container's control
 * groups. These count nothing but this run, because the container is new for it. They are read
 * after all processes of the run have ended, and the run cannot write them.
 *
 * @param limits the limits of the run
 * @param folder for a temporary file; not visible to runs
 * @param readers runs the task that reads the counters
 */
record LimitsMet(RunLimits limits, Path folder, Executor readers) {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long MAX_BYTES = 4_096;

  /** Prints the counters of cgroup v2 and v1; needs no program of the image but its shell. */
  private static final String PRINT_COUNTERS =
      "for f in memory.events memory/memory.oom_control pids.events pids/pids.events; do"
          + " [ ! -r /sys/fs/cgroup/$f ] || while read -r name count; do"
          + " echo \"$f $name $count\"; done </sys/fs/cgroup/$f; done";

  private static final Pattern KILLED = Pattern.compile("(?m)^memory\\S* oom_kill [1-9]");
  private static final Pattern REFUSED = Pattern.compile("(?m)^pids\\S* max [1-9]");

  /**
   * How the run ended, with the limit if it reached one. A run that passed nevertheless has passed.
   */
  CommandExit explain(CommandExit ending, RunSupervisor supervisor, String run)
      throws InterruptedException {
    boolean isLimited = limits.memory().isPresent() || limits.processes().isPresent();
    if (!isLimited || !(ending instanceof Exited exited) || exited.code() == 0) {
      return ending;
    }
    String met = met(counters(supervisor, run));
    return met.isEmpty() ? ending : new OverLimit(exited.code(), met, false);
  }

  /** The limit that the counters show as reached, for people; empty for none. */
  String met(String counters) {
    Matcher killed = KILLED.matcher(counters);
    if (limits.memory().isPresent() && killed.find()) {
      return "killed: used more than %s of memory"
          .formatted(Sizes.text(limits.memory().getAsLong()));
    }
    if (limits.processes().isPresent() && REFUSED.matcher(counters).find()) {
      return "more than %d processes at a time".formatted(limits.processes().getAsInt());
    }
    return "";
  }

  private String counters(RunSupervisor supervisor, String run) throws InterruptedException {
    Path file = folder.resolve(run + ".limits");
    try (RunLog log = new RunLog(file, MAX_BYTES)) {
      Command asking = new Command(run, PRINT_COUNTERS, Path.of("/"), Map.of(), LIMIT);
      var unused = SupervisedRun.begin(supervisor, asking, log, readers).finish(LIMIT);
      log.finish();
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    } finally {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return; // the folder is deleted at the next start
    }
  }
}
