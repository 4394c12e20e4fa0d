package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.limit.ControlGroup;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether one run reached a limit.
 *
 * @param group null where there are no limits
 * @param before the group's counters when the run began; null without a group
 */
public record LimitWatch(@Nullable ControlGroup group, ControlGroup.@Nullable Usage before) {

  /** Begins to watch a run that is about to begin. */
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
