package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.limit.ControlGroup;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether one run reached a limit.
 *
 * @param group the control group of the runs; null without limits
 * @param before the counters of the group when the run began; null without limits
 */
public record LimitWatch(@Nullable ControlGroup group, ControlGroup.@Nullable Usage before) {

  /** Reads the counters; to be called just before a run begins. */
  public static LimitWatch begin(@Nullable ControlGroup group) {
    return new LimitWatch(group, group == null ? null : group.usage());
  }

  /**
   * How the run ended, with the limit if it reached one. A run that passed nevertheless has passed.
   */
  public CommandExit explain(CommandExit ending) {
    if (group == null || before == null || !(ending instanceof Exited exited)) {
      return ending;
    }
    String met = exited.code() == 0 ? "" : group.met(before);
    return met.isEmpty() ? ending : new OverLimit(exited.code(), met, false);
  }
}
