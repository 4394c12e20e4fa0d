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
import ci.assay.notify.ReceiverFactory;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends notifications about a coordinator's verdicts; does nothing if there is no rule. */
public final class NotificationService implements AutoCloseable {

  private final NotifySettings settings;
  private final ReceiverFactory receivers;
  private final @Nullable Notifier notifier;
  private @Nullable ConfigReloader<NotifySettings> reloader;
  private volatile @Nullable Coordinator coordinator;

  private NotificationService(Path results, History history, NotifySettings settings, Clock clock) {
    this.settings = settings;
    this.receivers = new ReceiverFactory(new Http(clock));
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
   * Opens the outbox if there is a rule.
   *
   * @param web its index is used to explain failures; null to use the result files alone
   */
  public static NotificationService of(
      Path results, @Nullable WebSide web, NotifySettings settings, Clock clock) {
    History history = web == null ? new FileHistory(new ResultReader(results)) : web.history();
    return new NotificationService(results, history, settings, clock);
  }

  /** A listener for the coordinator, which calls the notifier and then {@code next}. */
  public VerdictListener before(VerdictListener next) {
    return notifier == null ? next : new Both(notifier.listener(), next);
  }

  /** The outbox; null if there is no rule. */
  @Nullable Outbox outbox() {
    return notifier == null ? null : notifier.outbox();
  }

  /** Adds the metrics of notifications. */
  void addMeters(ProcessMeters meters, Clock clock) {
    if (notifier != null) {
      new NotifierMeters(meters, clock).watch(notifier);
    }
  }

  /**
   * Reads the rules again whenever their file changes. If there was no rule at the start, this does
   * nothing: the first rule needs a restart.
   *
   * @param file the configuration file; null if there is none
   * @param reads reads the settings, or throws an exception with a line for each mistake
   */
  public NotificationService reloading(@Nullable Path file, Supplier<NotifySettings> reads) {
    Notifier current = notifier;
    if (current != null && file != null) {
      reloader =
          new ConfigReloader<>(
              file,
              "the notification rules",
              reads,
              now -> {
                current.updateRules(now, receivers.of(now.rules()));
                return now.rules().size() + " notification rules";
              });
    }
    return this;
  }

  /** Reads the rules again soon, whether their file changed or not. */
  public void readAgain() {
    if (reloader != null) {
      reloader.readAgain();
    }
  }

  /** Starts to send notifications, as long as {@code about} is the active coordinator. */
  public void start(Coordinator about) {
    coordinator = about;
    if (notifier != null) {
      notifier.start();
    }
    if (reloader != null) {
      reloader.start(settings);
    }
  }

  @Override
  public void close() {
    if (reloader != null) {
      reloader.close();
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
