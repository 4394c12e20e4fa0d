package ci.assay.notify;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.failure.FileHistory;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Rule.Kind;
import ci.assay.notify.rule.Rule.When;
import ci.assay.notify.rule.Scope;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process that sends the notifications of a results folder until none is left, or it is killed.
 */
final class NotifierProcess {

  private NotifierProcess() {}

  /** Arguments: the results folder, the URL of a webhook, and the file with its secret. */
  public static void main(String... arguments) throws InterruptedException {
    Path results = Path.of(arguments[0]);
    Rule rule =
        new Rule(
            "hook",
            Kind.WEBHOOK,
            When.EVERY,
            Scope.ALL,
            Map.of("url", arguments[1], "secret-file", arguments[2]));
    try (Notifier notifier =
        new Notifier(
            new Notifier.Sources(
                results,
                new FileHistory(new ResultReader(results)),
                new NotifySettings(null, Duration.ofDays(3), List.of(rule))),
            new ReceiverFactory(new Http(Clock.systemUTC())).of(List.of(rule)),
            () -> true,
            Clock.systemUTC())) {
      do {
        notifier.step(Duration.ofMillis(10));
      } while (!notifier.isCaughtUp()
          || !notifier.isIdle()
          || notifier.totals().pending() > 0
          || notifier.totals().sent() == 0);
    }
  }
}
