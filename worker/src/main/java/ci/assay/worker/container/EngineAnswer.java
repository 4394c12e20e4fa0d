package ci.assay.worker.container;

import java.util.List;
import java.util.Locale;

/**
 * The result of one call of an engine's program. Kinds of errors differ only in their text; {@code
 * EngineAnswerTest} has the texts as docker and podman print them.
 *
 * @param code the exit code
 * @param out the standard output
 * @param errors the standard error
 */
record EngineAnswer(int code, String out, String errors) {

  private static final int MAX_LENGTH = 400;

  /** The program cannot reach its engine, or this user may not use it. */
  private static final List<String> NO_ENGINE =
      List.of(
          "cannot connect to the docker daemon",
          "cannot connect to podman",
          "unable to connect to podman",
          "is the docker daemon running",
          "error during connect",
          "failed to connect to the docker api",
          "permission denied while trying to connect",
          "dial unix");

  /** The registry has no such image, or not for anonymous users. */
  private static final List<String> NO_IMAGE =
      List.of(
          "manifest unknown",
          "manifest invalid",
          "name unknown",
          "repository name not known",
          "pull access denied",
          "access to the resource is denied",
          "access denied",
          "insufficient_scope",
          "unauthorized",
          "authentication required",
          "no basic auth credentials",
          "no matching manifest",
          "no image found in manifest list",
          "no image found in image index",
          "not found: manifest",
          "invalid reference format",
          "no such image",
          ": not found",
          "requested image's platform");

  /** The registry did not answer, or cannot serve the request now. */
  private static final List<String> REGISTRY_AWAY =
      List.of(
          "no such host",
          "dial tcp",
          "i/o timeout",
          "connection refused",
          "connection reset",
          "connection timed out",
          "network is unreachable",
          "no route to host",
          "tls handshake timeout",
          "client.timeout exceeded",
          "request canceled",
          "context deadline exceeded",
          "temporary failure in name resolution",
          "server misbehaving",
          "toomanyrequests",
          "too many requests",
          "rate limit",
          "unexpected http status: 5",
          "internal server error",
          "bad gateway",
          "service unavailable",
          "gateway timeout",
          "status code 5",
          "unexpected eof",
          ": eof");

  private static final List<String> GONE =
      List.of("already in progress", "no such container", "no such network", " not found");

  boolean isOk() {
    return code == 0;
  }

  boolean isWithoutEngine() {
    return !isOk() && mentions(NO_ENGINE);
  }

  /** Whether a pull failed because the image does not exist; trying again would not help. */
  boolean isWithoutImage() {
    return !isOk() && !isWithoutEngine() && !isRegistryAway() && mentions(NO_IMAGE);
  }

  /** Whether a pull failed because the registry did not answer; it may work later. */
  boolean isRegistryAway() {
    return !isOk() && !isWithoutEngine() && mentions(REGISTRY_AWAY);
  }

  private boolean mentions(List<String> words) {
    String text = errors.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(text::contains);
  }

  /** Whether a removal succeeded, or the object is gone or being removed already. */
  boolean isGone() {
    return isOk() || mentions(GONE);
  }

  /** The cause of a failure, as one line for people. */
  String problem() {
    List<String> lines =
        errors
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .filter(line -> !line.startsWith("See '") && !line.startsWith("Run '"))
            .filter(line -> !line.startsWith("Trying to pull") && !line.startsWith("exit status"))
            .toList();
    String line = lines.isEmpty() ? "exit code " + code : lines.get(lines.size() - 1);
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
