package ci.assay.worker.command;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** How a run's command came to its end. */
public sealed interface CommandExit {

  /** For people: {@code exit code 1}. */
  String words();

  /** By itself. A signal shows, as in a shell, as 128 and its number. */
  record Exited(int code) implements CommandExit {

    private static final int SIGNALLED = 128;

    /** Those that end a process against its will; 129 is left out: programs exit with it. */
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

    /** By SIGKILL. */
    public static final Exited KILLED = new Exited(SIGNALLED + 9);

    public boolean isSignalled() {
      return SIGNALS.containsKey(code - SIGNALLED);
    }

    /**
     * Whether by a signal that asks programs to end. Whoever stops a service may send it to all
     * that belongs to it. A fault of the program itself, or SIGKILL, is none: what kills a worker's
     * runs that way kills the worker too.
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
   * In whatever way, after it had met a limit of what a run may use.
   *
   * @param code as of {@link Exited}, not 0
   * @param words which limit
   * @param isOfDisk whether it was that of the disk, so that its own files left it no room
   */
  record OverLimit(int code, String words, boolean isOfDisk) implements CommandExit {}

  /**
   * It never began: the shell knows no such program.
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
   * By us, after its time was up.
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
