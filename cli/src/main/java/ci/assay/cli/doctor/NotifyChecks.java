package ci.assay.cli.doctor;

import ci.assay.common.AssayException;
import ci.assay.notify.Receivers;
import ci.assay.notify.receiver.Answer;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import java.util.ArrayList;
import java.util.List;

/** The rules of notifications: would their receivers take what is sent? */
public final class NotifyChecks {

  private static final String SUBJECT = "notify";

  private NotifyChecks() {}

  /**
   * Asks each receiver, without telling it anything.
   *
   * @param repositories those that are watched
   */
  public static List<Finding> findings(
      NotifySettings settings, Receivers receivers, List<Watched> repositories)
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

  /** What is wrong with the section. */
  public static List<Finding> wrong(AssayException trouble) {
    return String.valueOf(trouble.getMessage())
        .lines()
        .map(line -> Finding.fail(SUBJECT, line))
        .toList();
  }

  private static Finding finding(Rule rule, Receivers receivers, String url)
      throws InterruptedException {
    String name = rule.name() + " (" + rule.kind().word() + "): ";
    try {
      Answer answer = receivers.of(rule).probe(url);
      return answer instanceof Answer.Told
          ? Finding.ok(SUBJECT, name + answer.words())
          : Finding.fail(SUBJECT, name + answer.words());
    } catch (AssayException e) {
      return Finding.fail(SUBJECT, name + e.getMessage());
    }
  }
}
