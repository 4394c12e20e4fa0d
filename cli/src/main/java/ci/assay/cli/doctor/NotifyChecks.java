package ci.assay.cli.doctor;

import ci.assay.common.AssayException;
import ci.assay.notify.ReceiverFactory;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import java.util.ArrayList;
import java.util.List;

/** Checks the notification rules: would each receiver accept a message? */
public final class NotifyChecks {

  private static final String SUBJECT = "notify";

  private NotifyChecks() {}

  /**
   * Probes each receiver, without sending a notification.
   *
   * @param repositories the watched repositories
   */
  public static List<Finding> findings(
      NotifySettings settings, ReceiverFactory receivers, List<Watched> repositories)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Rule rule : settings.rules()) {
      String url =
          repositories.stream()
              .filter(each -> rule.scope().includesRepository(each.name()))
              .map(Watched::url)
              .findFirst()
              .orElse("");
      findings.add(finding(rule, receivers, url));
    }
    return findings;
  }

  /** A repository that is watched. */
  public record Watched(String name, String url) {}

  /** The findings for an invalid section {@code notify}. */
  public static List<Finding> wrong(AssayException trouble) {
    return String.valueOf(trouble.getMessage())
        .lines()
        .map(line -> Finding.fail(SUBJECT, line))
        .toList();
  }

  private static Finding finding(Rule rule, ReceiverFactory receivers, String url)
      throws InterruptedException {
    String name = rule.name() + " (" + rule.kind().word() + "): ";
    try {
      DeliveryResult result = receivers.of(rule).probe(url);
      return result instanceof DeliveryResult.Delivered
          ? Finding.ok(SUBJECT, name + result.detail())
          : Finding.fail(SUBJECT, name + result.detail());
    } catch (AssayException e) {
      return Finding.fail(SUBJECT, name + e.getMessage());
    }
  }
}
