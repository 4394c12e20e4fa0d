package ci.assay.notify.forge;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.receiver.SecretFile;
import ci.assay.notify.receiver.WebTarget;
import ci.assay.notify.rule.Rule;
import ci.assay.wire.Codec;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sets the status of each commit at its forge, with one call for each notice. */
public final class CommitStatus implements Receiver {

  private static final String DEFAULT_CONTEXT = "assay";

  private final Http http;
  private final Forge forge;
  private final WebTarget api;
  private final SecretFile token;
  private final String context;
  private final @Nullable String project;

  private CommitStatus(
      Http http,
      Forge forge,
      WebTarget api,
      SecretFile token,
      String context,
      @Nullable String project) {
    this.http = http;
    this.forge = forge;
    this.api = api;
    this.token = token;
    this.context = context;
    this.project = project;
  }

  /**
   * The receiver of a rule.
   *
   * @throws InvalidInputException when a setting is missing or invalid
   */
  public static CommitStatus of(Rule rule, Http http) {
    String project = rule.value("project");
    if (project != null && !Project.isPath(project)) {
      throw new InvalidInputException("project '" + project + "' is not like owner/name");
    }
    return new CommitStatus(
        http,
        forge(rule),
        WebTarget.parse(api(rule)),
        new SecretFile(Path.of(rule.required("token-file"))),
        Objects.requireNonNullElse(rule.value("context"), DEFAULT_CONTEXT),
        project);
  }

  private static Forge forge(Rule rule) {
    return switch (rule.kind()) {
      case GITHUB -> new GitHub();
      case GITLAB -> new GitLab();
      case GITEA, FORGEJO -> new Gitea();
      case BITBUCKET -> new Bitbucket(rule.value("user"));
      default -> throw new IllegalArgumentException(rule.kind() + " is no forge");
    };
  }

  /** The URL of the API; Gitea and Forgejo have no public default. */
  private static String api(Rule rule) {
    if (rule.value("url") != null) {
      return rule.required("url");
    }
    return switch (rule.kind()) {
      case GITHUB -> "https://api.github.com";
      case GITLAB -> "https://gitlab.com/api/v4";
      case BITBUCKET -> "https://api.bitbucket.org/2.0";
      default -> rule.required("url");
    };
  }

  @Override
  public DeliveryResult send(Message message) throws InterruptedException {
    Notice notice = message.notice();
    if (notice.kind() == Notice.Kind.TEST) {
      return new DeliveryResult.Delivered(
          "a forge can only be sent the status of a commit; 'assay doctor' checks its token");
    }
    Optional<String> known = project(notice.about().url());
    if (known.isEmpty()) {
      return new DeliveryResult.Delivered("the repository is not at this forge; nothing was sent");
    }
    if (forge instanceof Bitbucket && notice.page() == null) {
      return new DeliveryResult.Stopped(
          "Bitbucket needs a link in each status: set address in the section notify");
    }
    byte[] body = Codec.json(forge.body(ForgeStatus.of(notice, context), notice.about().ref()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.below(forge.path(known.get(), notice.about().commit())).uri())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body));
    Http.Reply reply = http.call(forge.authenticated(request, token.one()));
    if (forge.isKnown(reply.status(), reply.body())) {
      return new DeliveryResult.Delivered("the forge has this status already: " + reply.detail());
    }
    return isCommitUnknown(reply) ? new DeliveryResult.Refused(reply.detail()) : reply.result();
  }

  /** A 404 because the forge no longer has the commit, not because of the address or the token. */
  private static boolean isCommitUnknown(Http.Reply reply) {
    String body = reply.body().toLowerCase(Locale.ROOT);
    return reply.status() == 404
        && (body.contains("commit not found") || body.contains("object does not exist"));
  }

  /** Checks that the token is accepted and the project exists. */
  @Override
  public DeliveryResult probe(String repositoryUrl) throws InterruptedException {
    Optional<String> known = project(repositoryUrl);
    if (known.isEmpty()) {
      return new DeliveryResult.Delivered("the repository is not at this forge");
    }
    String path = forge.projectPath(known.get());
    HttpRequest.Builder request = HttpRequest.newBuilder(api.below(path).uri()).GET();
    DeliveryResult answer = http.call(forge.authenticated(request, token.one())).result();
    return answer instanceof DeliveryResult.Delivered
        ? new DeliveryResult.Delivered(known.get() + " can be read with this token")
        : answer;
  }

  private Optional<String> project(String url) {
    if (project != null) {
      return Optional.of(project);
    }
    String host = forge.hostOfRepositories(api).toLowerCase(Locale.ROOT);
    return Project.of(url).filter(each -> each.host().equals(host)).map(Project::path);
  }
}
