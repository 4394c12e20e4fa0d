package ci.assay.notify.forge;

import ci.assay.notify.receiver.WebTarget;
import java.net.http.HttpRequest;
import java.util.Map;

/** How one kind of forge is told. Immutable. */
interface Forge {

  /** The address below the forge's API at which the status of a commit is set. */
  String path(String project, String commit);

  /** The address below the forge's API at which a project is seen. */
  String projectPath(String project);

  /** What is sent, as JSON. */
  Map<String, Object> body(Shown shown, String ref);

  /** Says who we are. */
  HttpRequest.Builder signed(HttpRequest.Builder request, String token);

  /** Whether what it answered means that it shows this already. */
  default boolean isKnown(int status, String body) {
    return false;
  }

  /** The host in the addresses of repositories, where its API has another one. */
  default String hostOfRepositories(WebTarget api) {
    return api.uri().getHost();
  }
}
