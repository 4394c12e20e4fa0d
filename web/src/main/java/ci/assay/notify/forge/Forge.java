package ci.assay.notify.forge;

import ci.assay.notify.receiver.WebTarget;
import java.net.http.HttpRequest;
import java.util.Map;

/** The API of one kind of forge. Immutable. */
interface Forge {

  /** The path, below the forge's API, of the statuses of a commit. */
  default String path(String project, String commit) {
    return projectPath(project) + "/statuses/" + commit;
  }

  /** The path, below the forge's API, of a project. */
  String projectPath(String project);

  /** The JSON body that sets a status. */
  Map<String, Object> body(ForgeStatus status, String ref);

  /** Adds the headers that authenticate a request. */
  HttpRequest.Builder authenticated(HttpRequest.Builder request, String token);

  /** Whether an answer means that the forge has this status already. */
  default boolean isKnown(int status, String body) {
    return false;
  }

  /** The host in the addresses of repositories, which may differ from that of the API. */
  default String hostOfRepositories(WebTarget api) {
    return api.uri().getHost();
  }
}
