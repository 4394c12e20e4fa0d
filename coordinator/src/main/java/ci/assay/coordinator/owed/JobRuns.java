package ci.assay.coordinator.owed;

import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.model.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the runs of a job that has no result: a pure function of what was said of them,
 * which may come twice and in any order.
 *
 * @param byId in the order in which they became known
 */
public record JobRuns(Map<String, OneRun> byId) {

  static final JobRuns NONE = new JobRuns(Map.of());

  /**
   * A run.
   *
   * @param startedAt by its worker's clock; null when it is not known to have started
   * @param end how it ended without a result; null when it did not, as far as is known
   */
  public record OneRun(String id, String worker, @Nullable Instant startedAt, @Nullable End end) {

    /** Whether it may be under way. */
    public boolean isOpen() {
      return startedAt != null && end == null;
    }

    /** Whether it counts as an attempt: it began and its worker is gone, or it met trouble. */
    boolean isSpent() {
      return end instanceof GivenBack back ? back.trouble() : end != null && startedAt != null;
    }

    private OneRun ended(@Nullable End how) {
      return new OneRun(id, worker, startedAt, how);
    }

    private OneRun began(RunStarted started) {
      return new OneRun(id, started.worker(), started.startedAt(), end);
    }
  }

  /** How a run ended without a result. */
  sealed interface End {}

  /** Its worker gave the job back. */
  public record GivenBack(String reason, boolean trouble) implements End {}

  /** When all workers were asked, nobody knew of it. */
  public record Gone() implements End {}

  /** Everything that was said of the job's runs, in the order in which it arrived. */
  public static JobRuns of(List<Message> said) {
    JobRuns runs = NONE;
    for (Message each : said) {
      runs = runs.with(each);
    }
    return runs;
  }

  public JobRuns with(Message said) {
    if (said instanceof RunStarted started) {
      return change(started.run(), started.worker(), run -> run.began(started));
    }
    if (said instanceof RunReturned back) {
      End end = new GivenBack(back.reason(), back.trouble());
      return change(back.run(), back.worker(), run -> run.ended(end));
    }
    if (said instanceof RunNotice here) {
      return switch (here.state()) {
        case GONE ->
            change(
                here.run(), here.worker(), run -> run.end() == null ? run.ended(new Gone()) : run);
        case RUNNING ->
            change(
                here.run(),
                here.worker(),
                run -> run.end() instanceof Gone ? run.ended(null) : run);
        case FINISHED -> this;
      };
    }
    return this;
  }

  public @Nullable OneRun get(String run) {
    return byId.get(run);
  }

  public List<OneRun> all() {
    return List.copyOf(byId.values());
  }

  /** Those that count as attempts. */
  public List<OneRun> spent() {
    List<OneRun> spent = new ArrayList<>(byId.values());
    spent.removeIf(run -> !run.isSpent());
    return spent;
  }

  private JobRuns change(String run, String worker, UnaryOperator<OneRun> how) {
    Map<String, OneRun> changed = new LinkedHashMap<>(byId);
    OneRun before = byId.get(run);
    changed.put(run, how.apply(before == null ? new OneRun(run, worker, null, null) : before));
    return new JobRuns(changed);
  }
}
