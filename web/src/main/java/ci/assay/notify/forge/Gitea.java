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

  /** There is no limit; that much is read. */
  private static final int LONGEST_TEXT = 255;

  @Override
  public String path(String project, String commit) {
    return projectPath(project) + "/statuses/" + commit;
  }

  @Override
  public String projectPath(String project) {
    return "/repos/" + project;
  }

  @Override
  public Map<String, Object> body(Shown shown, String ref) {
    return GitHub.body(shown, LONGEST_TEXT);
  }

  @Override
  public HttpRequest.Builder signed(HttpRequest.Builder request, String token) {
    return request.header("Authorization", "token " + token);
  }
}
