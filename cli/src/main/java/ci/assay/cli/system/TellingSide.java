package ci.assay.cli.system;

import ci.assay.cli.metrics.NotifierMeters;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.failure.FileHistory;
import ci.assay.failure.History;
import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.notify.Notifier;
import ci.assay.notify.Receivers;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What tells people of a coordinator's verdicts; does nothing where there is no rule. */
public final class TellingSide implements AutoCloseable {

  private final Receivers receivers;
  private final @Nullable Notifier notifier;
  private @Nullable RuleWatch watch;
  private volatile @Nullable Coordinator coordinator;

  private TellingSide(Path results, History history, NotifySettings settings, Clock clock) {
    this.receivers = new Receivers(new Http(clock));
    this.notifier =
        settings.rules().isEmpty()
            ? null
            : new Notifier(
                new Notifier.Sources(results, history, settings),
                receivers.of(settings.rules()),
                this::isActive,
                clock);
  }

  /**
   * Opens the outbox, where there is a rule.
   *
   * @param web whose index knows more than one line of commits; null for none
   */
  public static TellingSide of(
      Path results, @Nullable WebSide web, NotifySettings settings, Clock clock) {
    History history = web == null ? new FileHistory(new ResultReader(results)) : web.history();
    return new TellingSide(results, history, settings, clock);
  }

  /** For the coordinator to be made: is told first, and then the other one. */
  public VerdictListener before(VerdictListener next) {
    return notifier == null ? next : new Both(notifier.listener(), next);
  }

  /** What is to be told; null where there is no rule. */
  @Nullable Outbox outbox() {
    return notifier == null ? null : notifier.outbox();
  }

  /** Says how much there is to tell. */
  void measure(ProcessMeters meters, Clock clock) {
    if (notifier != null) {
      new NotifierMeters(meters, clock).watch(notifier);
    }
  }

  /**
   * Reads the rules again whenever their file is another one; the first rule needs a new start.
   *
   * @param file null where there is none
   * @param reads what it says now, or throws with a line for each mistake
   */
  public TellingSide watching(@Nullable Path file, Supplier<NotifySettings> reads) {
    Notifier told = notifier;
    if (told != null && file != null) {
      watch = new RuleWatch(file, reads, now -> told.use(now, receivers.of(now.rules())));
    }
    return this;
  }

  /** Tells of a coordinator's verdicts, while it is the active one. */
  public void start(Coordinator about) {
    coordinator = about;
    if (notifier != null) {
      notifier.start();
    }
    if (watch != null) {
      watch.start();
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    if (notifier != null) {
      notifier.close();
    }
  }

  private boolean isActive() {
    Coordinator ours = coordinator;
    return ours != null && ours.isActive();
  }

  private record Both(VerdictListener first, VerdictListener second) implements VerdictListener {
    @Override
    public void jobStored(Job job) {
      first.jobStored(job);
      second.jobStored(job);
    }

    @Override
    public void resultStored(Result result) {
      first.resultStored(result);
      second.resultStored(result);
    }

    @Override
    public void verdictStored(Verdict verdict) {
      first.verdictStored(verdict);
      second.verdictStored(verdict);
    }

    @Override
    public void tipsStored(RefTips tips) {
      first.tipsStored(tips);
      second.tipsStored(tips);
    }
  }
}
