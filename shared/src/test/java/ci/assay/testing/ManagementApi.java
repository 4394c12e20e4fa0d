package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.testing.TestBroker.Permissions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** The parts of RabbitMQ's management API that tests need; much faster than {@code rabbitmqctl}. */
record ManagementApi(String host, int port, String user, String password) {

  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  BrokerAddress createVirtualHost(BrokerAddress on, String name) {
    put("/api/vhosts/" + encode(name), "{}");
    grant(name, on.user(), Permissions.ALL);
    return new BrokerAddress(
        on.tls(),
        on.host(),
        on.port(),
        new BrokerLogin(on.user(), on.password()),
        name,
        on.caFile());
  }

  BrokerAddress createUser(BrokerAddress on, String name, Permissions permissions) {
    put("/api/users/" + encode(name), json("{'password':'%s','tags':''}".formatted(name)));
    grant(on.virtualHost(), name, permissions);
    return new BrokerAddress(
        on.tls(), on.host(), on.port(), new BrokerLogin(name, name), on.virtualHost(), on.caFile());
  }

  private void grant(String virtualHost, String to, Permissions permissions) {
    put(
        "/api/permissions/" + encode(virtualHost) + "/" + encode(to),
        json(
            "{'configure':'%s','write':'%s','read':'%s'}"
                .formatted(
                    permissions.configure().replace("\\", "\\\\"),
                    permissions.write().replace("\\", "\\\\"),
                    permissions.read().replace("\\", "\\\\"))));
  }

  void importDefinitions(Path file) {
    try {
      send("POST", "/api/definitions", Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String path, String body) {
    send("PUT", path, body);
  }

  private void send(String method, String path, String body) {
    String login = user + ":" + password;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
            .header("Authorization", "Basic " + base64(login))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            "%s %s gave %d %s".formatted(method, path, response.statusCode(), response.body()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path + " on the broker's management port", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String json(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"');
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
