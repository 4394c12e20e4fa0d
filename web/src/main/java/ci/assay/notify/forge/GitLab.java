package ci.assay.notify.forge;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * GitLab, "Commits API", "Set commit pipeline status" (https://docs.gitlab.com/api/commits/):
 * {@code POST /projects/:id/statuses/:sha}.
 *
 * <ul>
 *   <li>{@code id}: "the ID or URL-encoded path of the project"
 *   <li>{@code state}: pending, running, success, failed, canceled, since 17.5 also skipped; a
 *       skipped commit is a success here, so that it does not block a merge
 *   <li>{@code name}: "the label to differentiate this status"; {@code target_url}; {@code
 *       description}, of which the database keeps 255 characters
 *   <li>{@code PRIVATE-TOKEN} with the scope {@code api}: "REST API authentication"
 *   <li>setting pending again is refused: 400, "Cannot transition status"
 * </ul>
 */
final class GitLab implements Forge {

  private static final int MAX_TEXT_LENGTH = 255;

  @Override
  public String projectPath(String project) {
    return "/projects/" + URLEncoder.encode(project, StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, Object> body(ForgeStatus status, String ref) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", state(status.state()));
    body.put("name", status.context());
    status.putPage(body, "target_url");
    body.put("description", status.text(MAX_TEXT_LENGTH));
    if (ref.startsWith("refs/heads/")) {
      body.put("ref", ref.substring("refs/heads/".length()));
    }
    return body;
  }

  private static String state(ForgeStatus.State state) {
    return switch (state) {
      case PENDING -> "pending";
      case SUCCESS -> "success";
      case FAILURE, ERROR -> "failed";
      case CANCELLED -> "canceled";
    };
  }

  @Override
  public HttpRequest.Builder authenticated(HttpRequest.Builder request, String token) {
    return request.header("PRIVATE-TOKEN", token);
  }

  @Override
  public boolean isKnown(int status, String body) {
    return status == 400 && body.contains("Cannot transition status");
  }
}
