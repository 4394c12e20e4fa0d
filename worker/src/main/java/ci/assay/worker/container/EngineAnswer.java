package ci.assay.worker.container;

import java.util.List;
import java.util.Locale;

/**
 * What an engine's program came to. Engines tell no kinds of errors apart but by their words; those
 * that are known here are in {@code EngineAnswerTest}, as docker and podman print them.
 *
 * @param code what it exited with
 * @param out what it printed
 * @param errors what it printed as errors
 */
record EngineAnswer(int code, String out, String errors) {

  private static final int LONGEST = 400;

  /** No engine is behind the program, or this user may not speak to it. */
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

  /** The registry answered: it has no such image, or not for everybody. */
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

  /** Nobody answered, or only that it cannot do so now. */
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
    return !isOk() && says(NO_ENGINE);
  }

  /** Of a pull: trying again would not help. */
  boolean isWithoutImage() {
    return !isOk() && !isWithoutEngine() && !isRegistryAway() && says(NO_IMAGE);
  }

  /** Of a pull: it may well work later. */
  boolean isRegistryAway() {
    return !isOk() && !isWithoutEngine() && says(REGISTRY_AWAY);
  }

  private boolean says(List<String> words) {
    String said = errors.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(said::contains);
  }

  /** Of a removal: it is gone, or will be. */
  boolean isGone() {
    return isOk() || says(GONE);
  }

  /** What went wrong, in one line for people. */
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
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
