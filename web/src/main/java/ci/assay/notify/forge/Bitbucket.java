package ci.assay.notify.forge;

import ci.assay.common.Texts;
import ci.assay.notify.receiver.WebTarget;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bitbucket Cloud, "Commit statuses", "Create a build status for a commit"
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/): {@code POST
 * /repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build}.
 *
 * <ul>
 *   <li>{@code key}: "if the specified key already exists, the existing status object will be
 *       overwritten"; at most 40 characters
 *   <li>{@code state}: INPROGRESS, SUCCESSFUL, FAILED, STOPPED; {@code name}, {@code description}
 *   <li>{@code url}: needed, so a rule for Bitbucket needs the address of the pages
 *   <li>{@code Authorization}: {@code Bearer} with an access token of a repository, project or
 *       workspace, else {@code Basic} with a user and an API token
 * </ul>
 */
final class Bitbucket implements Forge {

  private static final int MAX_KEY_LENGTH = 40;
  private static final int MAX_TEXT_LENGTH = 255;

  private final @Nullable String user;

  /**
   * @param user the owner of an API token; null for an access token, which has none
   */
  Bitbucket(@Nullable String user) {
    this.user = user;
  }

  @Override
  public String path(String project, String commit) {
    return projectPath(project) + "/commit/" + commit + "/statuses/build";
  }

  @Override
  public String projectPath(String project) {
    return "/repositories/" + project;
  }

  @Override
  public Map<String, Object> body(ForgeStatus status, String ref) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", Texts.line(status.context(), MAX_KEY_LENGTH));
    body.put("state", state(status.state()));
    body.put("name", status.context());
    status.putPage(body, "url");
    body.put("description", status.text(MAX_TEXT_LENGTH));
    return body;
  }

  private static String state(ForgeStatus.State state) {
    return switch (state) {
      case PENDING -> "INPROGRESS";
      case SUCCESS -> "SUCCESSFUL";
      case FAILURE, ERROR -> "FAILED";
      case CANCELLED -> "STOPPED";
    };
  }

  @Override
  public HttpRequest.Builder authenticated(HttpRequest.Builder request, String token) {
    if (user == null) {
      return request.header("Authorization", "Bearer " + token);
    }
    String login = user + ":" + token;
    return request.header(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String hostOfRepositories(WebTarget api) {
    return api.uri().getHost().replaceFirst("^api\\.", "");
  }
}
