package ci.assay.notify;

import static org.awaitility.Awaitility.await;

import ci.assay.failure.FileHistory;
import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.receiver.Answer;
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

/** A notifier whose time a test moves, with receivers that answer what the test says. */
final class TellingRig implements AutoCloseable {

  private static final Duration SHORT = Duration.ofMillis(2);

  final StoredFiles files;
  final HandClock clock = new HandClock();
  final Map<String, Listening> receivers = new HashMap<>();
  final AtomicBoolean active = new AtomicBoolean(true);
  private final List<Rule> rules;
  private @Nullable Notifier notifier;

  TellingRig(Path results, Rule... rules) {
    this.files = new StoredFiles(results);
    this.rules = List.of(rules);
    for (Rule rule : rules) {
      receivers.put(rule.name(), new Listening());
    }
  }

  static Rule rule(String name, Rule.Kind kind, Rule.When when) {
    return new Rule(name, kind, when, Scope.ALL, Map.of());
  }

  /** As a coordinator that starts; what an earlier one had in memory is gone. */
  TellingRig start() throws InterruptedException {
    notifier =
        new Notifier(
            new Notifier.Sources(
                files.root(),
                new FileHistory(files.reader()),
                new NotifySettings("https://ci.example.org", Duration.ofDays(3), rules)),
            new HashMap<>(receivers),
            active::get,
            Pace.USUAL,
            clock);
    go();
    return this;
  }

  Notifier notifier() {
    return Objects.requireNonNull(notifier);
  }

  Outbox outbox() {
    return notifier().outbox();
  }

  Listening of(String rule) {
    return Objects.requireNonNull(receivers.get(rule));
  }

  /** Steps until nothing is to be done at this time. */
  void go() throws InterruptedException {
    for (int quiet = 0; quiet < 2; ) {
      notifier().step(Duration.ofMillis(1));
      await().pollDelay(Duration.ZERO).pollInterval(SHORT).until(notifier()::isIdle);
      quiet = notifier().isCaughtUp() && outbox().due(clock.instant()).isEmpty() ? quiet + 1 : 0;
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

  /** One who is told. */
  static final class Listening implements Receiver {
    final List<Message> heard = Collections.synchronizedList(new ArrayList<>());
    volatile Answer answer = new Answer.Told("HTTP 200");
    final AtomicInteger tries = new AtomicInteger();

    @Override
    public Answer tell(Message message) {
      tries.incrementAndGet();
      if (answer instanceof Answer.Told) {
        heard.add(message);
      }
      return answer;
    }

    /** {@code broke 3}: what was told, and of which commit. */
    List<String> words() {
      return heard.stream()
          .map(
              each ->
                  each.notice().kind().word()
                      + " "
                      + Integer.parseInt(each.notice().about().commit().substring(30), 16))
          .toList();
    }
  }

  /** Stands until a test moves it. */
  static final class HandClock extends Clock {
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
