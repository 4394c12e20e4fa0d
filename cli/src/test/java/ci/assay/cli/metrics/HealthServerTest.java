package ci.assay.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {

  private Optional<String> obstacle = Optional.empty();
  private final HealthServer server =
      HealthServer.start("127.0.0.1", 0, () -> obstacle, () -> "a_number 1\n");
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aProcessThatDoesItsWorkIsReady() throws Exception {
    assertThat(get("healthz").statusCode()).isEqualTo(200);
    assertThat(get("readyz").statusCode()).isEqualTo(200);
    assertThat(get("readyz").body()).isEqualTo("ready\n");
  }

  @Test
  void oneThatDoesNotIsAliveAndSaysInOneLineWhyItIsNotReady() throws Exception {
    obstacle = Optional.of("no connection\nto the broker");
    assertThat(get("healthz").statusCode()).isEqualTo(200);
    assertThat(get("readyz").statusCode()).isEqualTo(503);
    assertThat(get("readyz").body()).isEqualTo("no connection to the broker\n");
  }

  @Test
  void theNumbersAreInPrometheusFormat() throws Exception {
    HttpResponse<String> answer = get("metrics");
    assertThat(answer.body()).isEqualTo("a_number 1\n");
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void thereIsNothingElseAndNothingToChange() throws Exception {
    assertThat(get("metrics/x").statusCode()).isEqualTo(404);
    assertThat(get("").statusCode()).isEqualTo(404);
    assertThat(send(request("healthz").DELETE()).statusCode()).isEqualTo(405);
    HttpResponse<String> head =
        send(request("healthz").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void whoeverConnectsAndSaysNothingKeepsNobodyWaiting() throws Exception {
    URI where = URI.create(server.address());
    try (Socket one = new Socket(where.getHost(), where.getPort());
        Socket two = new Socket(where.getHost(), where.getPort())) {
      one.getOutputStream().write("GET /heal".getBytes(StandardCharsets.US_ASCII));
      assertThat(get("healthz").statusCode()).isEqualTo(200);
      assertThat(two.isConnected()).isTrue();
    }
  }

  @Test
  void clientsThatTrickleRequestsKeepNobodyFromHealth() throws Exception {
    URI where = URI.create(server.address());
    List<Socket> slow = new ArrayList<>();
    try {
      for (int n = 0; n < 60; n++) {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress("127.0.1." + (1 + n % 3), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), where.getPort()));
        slow.add(socket);
        socket
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\nX-".getBytes(StandardCharsets.US_ASCII));
      }
      HttpRequest.Builder request = request("healthz").timeout(Duration.ofSeconds(3));
      assertThat(send(request).statusCode()).isEqualTo(200);
      assertThat(send(request("readyz").timeout(Duration.ofSeconds(3))).statusCode())
          .isEqualTo(200);
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  @Test
  void anAddressThatIsTakenIsSaidInOneLine() {
    int port = URI.create(server.address()).getPort();
    assertThatThrownBy(
            () -> HealthServer.start("127.0.0.1", port, Optional::empty, () -> "").close())
        .isInstanceOf(CannotRunException.class)
        .hasMessageStartingWith("cannot listen on 127.0.0.1:" + port)
        .hasMessageEndingWith("give another --http HOST:PORT");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
