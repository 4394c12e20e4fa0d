package ci.assay.worker.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docker and podman print, word for word. */
class EngineAnswerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error response from daemon: manifest for alpine:nosuch not found: manifest unknown: manifest unknown",
        "Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        "Error response from daemon: unauthorized: authentication required",
        "Error response from daemon: Head \"https://ghcr.io/v2/a/b/manifests/1\": denied: access denied",
        "Error response from daemon: Head \"https://ghcr.io/v2/a/b/manifests/1\": unauthorized",
        "Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries: no match for platform in manifest: not found",
        "Error response from daemon: failed to resolve reference \"docker.io/library/alpine:nosuch\": docker.io/library/alpine:nosuch: not found",
        "Error response from daemon: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        "Error: initializing source docker://alpine:nosuch: reading manifest nosuch in docker.io/library/alpine: manifest unknown",
        "Trying to pull docker.io/library/nosuch:latest...\nError: initializing source docker://nosuch:latest: reading manifest latest in docker.io/library/nosuch: requested access to the resource is denied",
        "Error: initializing source docker://quay.io/a/b:latest: reading manifest latest in quay.io/a/b: unauthorized: access to the requested resource is not authorized",
        "Error: choosing an image from manifest list docker://alpine:latest: no image found in image index for architecture riscv64, variant \"\", OS linux",
        "Error response from daemon: Get \"https://reg.example/v2/a/manifests/1\": no basic auth credentials",
      })
  void missingImageIsFinal(String errors) {
    EngineAnswer answer = new EngineAnswer(1, "", errors);
    assertThat(answer.isWithoutImage()).isTrue();
    assertThat(answer.isRegistryAway()).isFalse();
    assertThat(answer.isWithoutEngine()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: no such host",
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: TLS handshake timeout",
        "Error response from daemon: Get \"https://reg.example:5000/v2/\": dial tcp 10.0.0.9:5000: connect: connection refused",
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": context deadline exceeded",
        "Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit",
        "Error response from daemon: received unexpected HTTP status: 503 Service Unavailable",
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": EOF",
        "Error response from daemon: unauthorized: dial tcp 10.0.0.9:443: i/o timeout",
        "Error: initializing source docker://alpine:latest: pinging container registry registry-1.docker.io: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution",
        "Error: initializing source docker://alpine:latest: pinging container registry registry-1.docker.io: received unexpected HTTP status: 502 Bad Gateway",
        "Error: initializing source docker://alpine:latest: pinging container registry reg.example: Get \"https://reg.example/v2/\": dial tcp 10.0.0.9:443: connect: no route to host",
      })
  void registryThatDoesNotAnswerIsNotFinal(String errors) {
    EngineAnswer answer = new EngineAnswer(1, "", errors);
    assertThat(answer.isRegistryAway()).isTrue();
    assertThat(answer.isWithoutImage()).isFalse();
    assertThat(answer.isWithoutEngine()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.\nSee 'docker run --help'.",
        "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get \"http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info\": dial unix /var/run/docker.sock: connect: permission denied",
        "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory",
        "error during connect: Get \"http://docker:2375/v1.24/info\": dial tcp: lookup docker: no such host",
        "Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM\nError: unable to connect to Podman socket: Get \"http://d/v4.3.1/libpod/_ping\": dial unix /run/user/1000/podman/podman.sock: connect: no such file or directory",
      })
  void missingEngineIsNeitherOfThem(String errors) {
    EngineAnswer answer = new EngineAnswer(1, "", errors);
    assertThat(answer.isWithoutEngine()).isTrue();
    assertThat(answer.isRegistryAway()).isFalse();
    assertThat(answer.isWithoutImage()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Error response from daemon: write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
        "Error response from daemon: something that nobody foresaw",
        "",
      })
  void otherErrorIsNoneOfThem(String errors) {
    EngineAnswer answer = new EngineAnswer(1, "", errors);
    assertThat(answer.isWithoutEngine()).isFalse();
    assertThat(answer.isRegistryAway()).isFalse();
    assertThat(answer.isWithoutImage()).isFalse();
  }

  @Test
  void problemIsTheLineWithTheCause() {
    assertThat(new EngineAnswer(125, "", "docker: it broke.\nSee 'docker run --help'.\n").problem())
        .isEqualTo("docker: it broke.");
    assertThat(
            new EngineAnswer(125, "", "docker: it broke\n\nRun 'docker run --help' for more\n")
                .problem())
        .isEqualTo("docker: it broke");
    assertThat(new EngineAnswer(7, "", "").problem()).isEqualTo("exit code 7");
  }
}
