package ci.assay.worker.command;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The run that is under way in an executor, so that other threads can kill it. Thread-safe. */
public final class CurrentRun {

  private @Nullable String id;
  private @Nullable SupervisedRun run;

  /** As {@link SupervisedRun#finish}; meanwhile {@link #kill} can kill the run. */
  public @Nullable CommandExit finish(String runId, SupervisedRun begun, Duration timeout)
      throws IOException, InterruptedException {
    set(runId, begun);
    try {
      return begun.finish(timeout);
    } finally {
      set(null, null);
    }
  }

  private synchronized void set(@Nullable String nextId, @Nullable SupervisedRun next) {
    id = nextId;
    run = next;
  }

  /** As {@link CommandExecutor#kill}. */
  public synchronized void kill(String runId) {
    if (run != null && runId.equals(id)) {
      run.kill();
    }
  }
}
