package ci.assay.web.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web site that gives a name of its own to 127.0.0.1 reads nothing here. */
@Timeout(60)
class HostNamesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8010",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "ci.example.org.evil.example",
        "box.example.org",
        "localhost.evil.example",
        "0x7f.1"
      })
  void aStrangersNameIsRefusedEverywhere(String host) throws Exception {
    try (WebRig web = new WebRig(folder)) {
      for (String path :
          new String[] {"/", "/api/v1/repositories", "/events", "/metrics", "/login"}) {
        assertThat(answer(web, path, host, "127.0.0.1"))
            .as(path)
            .startsWith("HTTP/1.1 421 ")
            .contains("--host-name");
      }
      assertThat(answer(web, "/healthz", host, "127.0.0.1")).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8010",
        "LOCALHOST.",
        "127.0.0.1:1",
        "[::1]:8010",
        "10.1.2.3",
        "pages",
        "buildbox:8010",
        "assay.localhost",
        "buildbox.local",
        "ci.example.org",
        "CI.Example.org:8010",
        "a.box.example.org"
      })
  void namesThatNobodyElseCanHaveAreGood(String host) throws Exception {
    try (WebRig web = new WebRig(folder)) {
      assertThat(answer(web, "/", host, "127.0.0.1")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void thisMachinesOwnNameIsGood() throws Exception {
    String own = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    assertThat(HostNames.ofThisMachine()).contains(own);
    try (WebRig web = new WebRig(folder)) {
      assertThat(answer(web, "/", own, "127.0.0.1")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aTrustedProxyMayPassAnyName() throws Exception {
    try (WebRig web = new WebRig(folder)) {
      assertThat(answer(web, "/", "ci.example.com", "127.0.0.9")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void privatePagesNeedATokenAndNoName() throws Exception {
    try (WebRig web = new WebRig(folder, true)) {
      assertThat(answer(web, "/", "ci.example.com", "127.0.0.1")).startsWith("HTTP/1.1 401 ");
    }
  }

  private static String answer(WebRig web, String path, String host, String from)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), web.uri("/").getPort()));
      String request = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.formatted(path, host).getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
