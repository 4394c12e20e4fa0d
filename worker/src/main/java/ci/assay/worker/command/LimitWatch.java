package ci.assay.worker.command;

import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.OverLimit;
import ci.assay.worker.limit.ControlGroup;
import org.jspecify.annotations.Nullable;

/**
 * Tells of one run whether it met a limit.
 *
 * @param group null where there are no limits
 * @param before what had been counted when it began; null without a group
 */
public record LimitWatch(@Nullable ControlGroup group, ControlGroup.@Nullable Usage before) {

  /** Of a run that is about to begin. */
  public static LimitWatch begin(@Nullable ControlGroup group) {
    return new LimitWatch(group, group == null ? null : group.usage());
  }

  /** How it ended, with the limit if one was met; a run that passed all the same has passed. */
  public CommandExit explain(CommandExit ending) {
    if (group == null || before == null || !(ending instanceof Exited exited)) {
      return ending;
    }
    String met = exited.code() == 0 ? "" : group.met(before);
    return met.isEmpty() ? ending : new OverLimit(exited.code(), met, false);
  }
}
