package ci.assay.worker.command;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** How the command of a run ended. */
public sealed interface CommandExit {

  /** For people: {@code exit code 1}. */
  String words();

  /** It ended by itself. A signal appears, as in a shell, as 128 plus its number. */
  record Exited(int code) implements CommandExit {

    private static final int SIGNALLED = 128;

    /**
     * Signals that end a process. SIGHUP is left out, because programs exit with 129 themselves.
     */
    private static final Map<Integer, String> SIGNALS =
        Map.ofEntries(
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    /** SIGHUP, SIGINT, SIGQUIT and SIGTERM. */
    private static final Set<Integer> ENDING = Set.of(1, 2, 3, 15);

    /** Killed by SIGKILL. */
    public static final Exited KILLED = new Exited(SIGNALLED + 9);

    public boolean isSignalled() {
      return SIGNALS.containsKey(code - SIGNALLED);
    }

    /**
     * Whether a signal that asks programs to end killed it. When a service is stopped, such a
     * signal may go to all its processes. SIGKILL and signals for faults of the program are not
     * among them: whatever kills a worker's runs with SIGKILL kills the worker too.
     */
    public boolean isAskedToEnd() {
      return ENDING.contains(code - SIGNALLED);
    }

    @Override
    public String words() {
      return isSignalled()
          ? "killed by signal %d (%s)".formatted(code - SIGNALLED, SIGNALS.get(code - SIGNALLED))
          : "exit code " + code;
    }
  }

  /**
   * It ended, in any way, after it had reached a limit of what a run may use.
   *
   * @param code as in {@link Exited}, not 0
   * @param words which limit it reached
   * @param isOfDisk whether it was the limit of disk space, which the run itself used up
   */
  record OverLimit(int code, String words, boolean isOfDisk) implements CommandExit {}

  /**
   * It never began: the shell did not find the program.
   *
   * @param program as the command names it
   */
  record NotFound(String program) implements CommandExit {

    @Override
    public String words() {
      return "'" + program + "' was not found";
    }
  }

  /**
   * The worker killed it after its timeout.
   *
   * @param byForce whether it needed SIGKILL
   */
  record TimedOut(Duration limit, boolean byForce) implements CommandExit {

    @Override
    public String words() {
      return byForce ? "killed by signal 9 (SIGKILL)" : "killed by signal 15 (SIGTERM)";
    }
  }
}
