package ci.assay.notify;

import static org.awaitility.Awaitility.await;

import ci.assay.failure.FileHistory;
import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Scope;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A notifier with a manual clock, and receivers that answer what a test sets. */
final class NotifierRig implements AutoCloseable {

  private static final Duration SHORT = Duration.ofMillis(2);
  private static final Duration HANG_LIMIT = Duration.ofMinutes(1);

  final StoredFiles files;
  final ManualClock clock = new ManualClock();
  final Map<String, FakeReceiver> receivers = new HashMap<>();
  final AtomicBoolean active = new AtomicBoolean(true);
  private final List<Rule> rules;
  private @Nullable Notifier notifier;

  NotifierRig(Path results, Rule... rules) {
    this.files = new StoredFiles(results);
    this.rules = List.of(rules);
    for (Rule rule : rules) {
      receivers.put(rule.name(), new FakeReceiver());
    }
  }

  static Rule rule(String name, Rule.Kind kind, Rule.When when) {
    return new Rule(name, kind, when, Scope.ALL, Map.of());
  }

  /** Starts a notifier, as a new coordinator would: nothing is kept in memory. */
  NotifierRig start() throws InterruptedException {
    notifier =
        new Notifier(
            new Notifier.Sources(
                files.root(),
                new FileHistory(files.reader()),
                new NotifySettings("https://ci.example.org", Duration.ofDays(3), rules)),
            new HashMap<>(receivers),
            active::get,
            RetryPolicy.DEFAULT,
            clock);
    settle();
    return this;
  }

  Notifier notifier() {
    return Objects.requireNonNull(notifier);
  }

  Outbox outbox() {
    return notifier().outbox();
  }

  FakeReceiver of(String rule) {
    return Objects.requireNonNull(receivers.get(rule));
  }

  /** Steps until nothing is left to do at the current time of the clock. */
  void settle() throws InterruptedException {
    for (int quiet = 0; quiet < 2; ) {
      notifier().step(Duration.ofMillis(1));
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(SHORT)
          .atMost(HANG_LIMIT)
          .until(notifier()::isIdle);
      quiet =
          notifier().isCaughtUp() && outbox().dueQueues(clock.instant()).isEmpty() ? quiet + 1 : 0;
      if (!active.get()) {
        return;
      }
    }
  }

  void owe(int n, String ref) {
    Job job = files.owe(StoredFiles.job("bottle", n, ref, "Change " + n));
    notifier().listener().jobStored(job);
  }

  void judge(int n, String ref, Outcome outcome) {
    judge(StoredFiles.job("bottle", n, ref, "Change " + n), outcome);
  }

  void judge(Job job, Outcome outcome) {
    Result result = files.judge(job, outcome, "it " + outcome.word(), "log of it\n");
    notifier().listener().verdictStored(Verdict.of(List.of(result)));
  }

  @Override
  public void close() {
    notifier().close();
  }

  /** Keeps the messages that it accepted. */
  static final class FakeReceiver implements Receiver {
    final List<Message> accepted = Collections.synchronizedList(new ArrayList<>());
    volatile DeliveryResult result = new DeliveryResult.Delivered("HTTP 200");
    final AtomicInteger tries = new AtomicInteger();

    @Override
    public DeliveryResult send(Message message) {
      tries.incrementAndGet();
      if (result instanceof DeliveryResult.Delivered) {
        accepted.add(message);
      }
      return result;
    }

    /** The accepted messages as {@code KIND NUMBER-OF-COMMIT}: {@code broke 3}. */
    List<String> received() {
      return accepted.stream()
          .map(
              each ->
                  each.notice().kind().word()
                      + " "
                      + Integer.parseInt(each.notice().about().commit().substring(30), 16))
          .toList();
    }
  }

  /** Stands still until a test advances it. */
  static final class ManualClock extends Clock {
    private volatile Instant now = StoredFiles.START.minusSeconds(60);

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
