package ci.assay.notify.forge;

import java.net.http.HttpRequest;
import java.util.Map;

/**
 * Gitea and Forgejo, {@code /api/swagger}, operation {@code repoCreateStatus}: {@code POST
 * /repos/{owner}/{repo}/statuses/{sha}} with a {@code CreateStatusOption}.
 *
 * <ul>
 *   <li>{@code state}: pending, success, error, failure, warning; {@code target_url}, {@code
 *       description}, {@code context} as at GitHub
 *   <li>{@code Authorization: token TOKEN}, with the scope {@code write:repository}: "API Usage",
 *       "Authentication"
 * </ul>
 */
final class Gitea implements Forge {

  /** The forge has no limit; longer texts are of no use to readers. */
  private static final int MAX_TEXT_LENGTH = 255;

  @Override
  public String projectPath(String project) {
    return "/repos/" + project;
  }

  @Override
  public Map<String, Object> body(ForgeStatus status, String ref) {
    return GitHub.body(status, MAX_TEXT_LENGTH);
  }

  @Override
  public HttpRequest.Builder authenticated(HttpRequest.Builder request, String token) {
    return request.header("Authorization", "token " + token);
  }
}
