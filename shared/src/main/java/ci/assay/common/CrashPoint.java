package ci.assay.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Every place between storing, publishing, confirming and acking, so that tests can kill a process
 * there. With {@code -Dassay.crash-at=WORKER_RESULT_SPOOLED} the process ends when it first reaches
 * that place, with {@code WORKER_RESULT_SPOOLED:3} when it reaches it for the third time. With
 * {@code @FILE} it ends at the place whose name the file contains when it is reached, so that one
 * process can be told later. Without that property it does nothing.
 */
public enum CrashPoint {
  OBSERVER_FETCHED,
  OBSERVER_PENDING_STORED,
  OBSERVER_FIRST_VARIANT_CONFIRMED,
  OBSERVER_JOBS_CONFIRMED,
  OBSERVER_SENT_STORED,
  OBSERVER_TIPS_STORED,
  OBSERVER_ANSWERED,
  OBSERVER_JUDGED_STORED,

  WORKER_JOB_TAKEN,
  WORKER_ALLOWED,
  WORKER_START_CONFIRMED,
  WORKER_RUN_BEGUN,
  WORKER_RUN_ENDED,
  WORKER_RESULT_SPOOLED,
  WORKER_RESULT_CONFIRMED,
  WORKER_SPOOL_CLEARED,
  WORKER_RETURN_CONFIRMED,

  COORDINATOR_JOB_STORED,
  COORDINATOR_START_STORED,
  COORDINATOR_PIECE_STORED,
  COORDINATOR_FILES_STORED,
  COORDINATOR_RESULT_WRITTEN,
  COORDINATOR_RESULT_LINKED,
  COORDINATOR_ARTIFACTS_ASSEMBLED,
  COORDINATOR_ARTIFACTS_NOTED,
  COORDINATOR_LOG_ASSEMBLED,
  COORDINATOR_VERDICT_WRITTEN,
  COORDINATOR_RESULT_DONE,
  COORDINATOR_ATTEMPTS_STORED,
  COORDINATOR_CANCEL_STORED,
  COORDINATOR_RERUN_STORED,
  COORDINATOR_RERUN_PUBLISHED,
  COORDINATOR_SWEPT,

  PRUNE_INDEX_DONE,
  PRUNE_TESTS_GONE,
  PRUNE_LOG_GONE,
  PRUNE_ARTIFACTS_LISTED,
  FORGET_ASIDE,
  FORGET_INDEX_DONE,
  FORGET_FILE_GONE,

  NOTIFIER_NOTED,
  NOTIFIER_SENDING,
  NOTIFIER_ANSWERED,
  NOTIFIER_SENT_STORED;

  /** The exit code of a process that was killed by SIGKILL. */
  private static final int EXIT_CODE = 137;

  private static final @Nullable CrashPoint WANTED;
  private static final AtomicInteger REMAINING = new AtomicInteger();

  /** Where the name of the place is written; null if it is known from the start, or none. */
  private static final @Nullable Path FILE;

  static {
    String property = System.getProperty("assay.crash-at", "");
    boolean isFile = property.startsWith("@");
    String[] wanted = isFile ? new String[] {""} : property.split(":", 2);
    FILE = isFile ? Path.of(property.substring(1)) : null;
    WANTED = wanted[0].isEmpty() ? null : valueOf(wanted[0]);
    REMAINING.set(wanted.length == 1 ? 1 : Integer.parseInt(wanted[1]));
  }

  /** Whether this process is to end at one of these places, or may be told to. */
  public static boolean isAnyWanted() {
    return WANTED != null || FILE != null;
  }

  /** Halts the process, without shutdown hooks, when it is to end at this place. */
  public void reached() {
    if ((this == WANTED && REMAINING.decrementAndGet() == 0) || (FILE != null && isNamedIn(FILE))) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  private boolean isNamedIn(Path file) {
    try {
      return Files.exists(file) && Files.readString(file).equals(name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
