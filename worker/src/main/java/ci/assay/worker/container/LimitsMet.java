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
 * Asks a container which limit its run met: its control groups are as old as it is, so what they
 * counted is this run's. Nothing of the run is left when that is asked, and it could not write
 * them.
 *
 * @param limits what the run could use
 * @param folder for a file, where no run sees it
 * @param readers where the answer is read
 */
record LimitsMet(RunLimits limits, Path folder, Executor readers) {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long LONGEST = 4_096;

  /** Needs no program of the image but its shell; of version 2 and of version 1. */
  private static final String QUESTION =
      "for f in memory.events memory/memory.oom_control pids.events pids/pids.events; do"
          + " [ ! -r /sys/fs/cgroup/$f ] || while read -r name count; do"
          + " echo \"$f $name $count\"; done </sys/fs/cgroup/$f; done";

  private static final Pattern KILLED = Pattern.compile("(?m)^memory\\S* oom_kill [1-9]");
  private static final Pattern REFUSED = Pattern.compile("(?m)^pids\\S* max [1-9]");

  /** How it ended, with the limit if one was met; a run that passed all the same has passed. */
  CommandExit explain(CommandExit ending, RunSupervisor supervisor, String run)
      throws InterruptedException {
    boolean isLimited = limits.memory().isPresent() || limits.processes().isPresent();
    if (!isLimited || !(ending instanceof Exited exited) || exited.code() == 0) {
      return ending;
    }
    String met = met(answer(supervisor, run));
    return met.isEmpty() ? ending : new OverLimit(exited.code(), met, false);
  }

  /** Which, for people; empty for none. */
  String met(String counted) {
    Matcher killed = KILLED.matcher(counted);
    if (limits.memory().isPresent() && killed.find()) {
      return "killed: used more than %s of memory"
          .formatted(Sizes.text(limits.memory().getAsLong()));
    }
    if (limits.processes().isPresent() && REFUSED.matcher(counted).find()) {
      return "more than %d processes at a time".formatted(limits.processes().getAsInt());
    }
    return "";
  }

  private String answer(RunSupervisor supervisor, String run) throws InterruptedException {
    Path file = folder.resolve(run + ".limits");
    try (RunLog log = new RunLog(file, LONGEST)) {
      Command asking = new Command(run, QUESTION, Path.of("/"), Map.of(), LIMIT);
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
      return; // gone with its folder at the next start
    }
  }
}
