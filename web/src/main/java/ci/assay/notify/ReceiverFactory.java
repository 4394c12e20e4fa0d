package ci.assay.notify;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.chat.Chat;
import ci.assay.notify.forge.CommitStatus;
import ci.assay.notify.mail.Mail;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.webhook.Webhook;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the receivers that the rules describe. */
public final class ReceiverFactory {

  private final Http http;

  public ReceiverFactory(Http http) {
    this.http = http;
  }

  /** A receiver for each rule, by the name of the rule. */
  public Map<String, Receiver> of(List<Rule> rules) {
    Map<String, Receiver> all = new HashMap<>();
    rules.forEach(rule -> all.put(rule.name(), of(rule)));
    return all;
  }

  /**
   * The receiver that a rule describes.
   *
   * @throws InvalidInputException when a setting is missing or has an invalid value
   */
  public Receiver of(Rule rule) {
    return switch (rule.kind()) {
      case WEBHOOK ->
          new Webhook(http, WebTarget.parse(rule.required("url")), secret(rule, "secret-file"));
      case GITHUB, GITLAB, GITEA, FORGEJO, BITBUCKET -> CommitStatus.of(rule, http);
      case MAIL -> Mail.of(rule);
      case SLACK, MATTERMOST, TEAMS, DISCORD, MATRIX -> Chat.of(rule, http);
    };
  }

  private static SecretFile secret(Rule rule, String key) {
    return new SecretFile(Path.of(rule.required(key)));
  }
}
