package ci.assay.notify.forge;

import ci.assay.notify.receiver.WebTarget;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * GitHub, "REST API endpoints for commit statuses", "Create a commit status"
 * (https://docs.github.com/en/rest/commits/statuses): {@code POST
 * /repos/{owner}/{repo}/statuses/{sha}}.
 *
 * <ul>
 *   <li>{@code state}: one of error, failure, pending, success
 *   <li>{@code target_url}, {@code description} ("a short description"; more than 140 characters
 *       are refused), {@code context} ("to differentiate this status from the status of other
 *       systems")
 *   <li>"there is a limit of 1000 statuses per sha and context": we send two for each verdict
 *   <li>the token needs the scope {@code repo:status}, or the permission "Commit statuses: write"
 *   <li>{@code Accept} and {@code X-GitHub-Api-Version}: "Getting started with the REST API"
 * </ul>
 */
final class GitHub implements Forge {

  private static final int MAX_TEXT_LENGTH = 140;

  @Override
  public String projectPath(String project) {
    return "/repos/" + project;
  }

  @Override
  public Map<String, Object> body(ForgeStatus status, String ref) {
    return body(status, MAX_TEXT_LENGTH);
  }

  /** Also used for Gitea and Forgejo, which have the same fields. */
  static Map<String, Object> body(ForgeStatus status, int maxTextLength) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", state(status.state()));
    status.putPage(body, "target_url");
    body.put("description", status.text(maxTextLength));
    body.put("context", status.context());
    return body;
  }

  private static String state(ForgeStatus.State state) {
    return switch (state) {
      case PENDING -> "pending";
      case SUCCESS -> "success";
      case FAILURE -> "failure";
      case ERROR, CANCELLED -> "error";
    };
  }

  @Override
  public HttpRequest.Builder authenticated(HttpRequest.Builder request, String token) {
    return request
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/vnd.github+json")
        .header("X-GitHub-Api-Version", "2022-11-28");
  }

  @Override
  public String hostOfRepositories(WebTarget api) {
    return api.uri().getHost().replaceFirst("^api\\.", "");
  }
}
