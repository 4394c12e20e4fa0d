package ci.assay.cli;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** {@code assay mcp} and a client of it, which speaks the protocol line by line. */
final class McpSession {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Sandbox sandbox;
  private final OutputStream requests;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private int id;

  McpSession(Sandbox sandbox, String... options) throws IOException {
    this.sandbox = sandbox;
    PipedOutputStream pipe = new PipedOutputStream();
    sandbox.in = new PipedInputStream(pipe, 1 << 16);
    this.requests = pipe;
    String[] words = Stream.concat(Stream.of("mcp"), Arrays.stream(options)).toArray(String[]::new);
    new Thread(() -> exit.complete(sandbox.run(words)), "mcp").start();
  }

  /** Introduces the client; returns what the server says of itself. */
  JsonNode begin() throws IOException {
    JsonNode server =
        request(
            "initialize",
            Map.of(
                "protocolVersion",
                "2025-06-18",
                "capabilities",
                Map.of(),
                "clientInfo",
                Map.of("name", "test", "version", "1")));
    write(Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
    return server;
  }

  /** Calls a tool; returns its result. */
  JsonNode call(String tool, Map<String, Object> arguments) throws IOException {
    return request("tools/call", Map.of("name", tool, "arguments", arguments));
  }

  /** Calls a tool that must succeed; returns its text. */
  String text(String tool, Map<String, Object> arguments) throws IOException {
    JsonNode result = call(tool, arguments);
    if (result.path("isError").asBoolean()) {
      throw new AssertionError(result.toString());
    }
    return result.at("/content/0/text").asText();
  }

  /** Calls a tool that must fail; returns its text. */
  String error(String tool, Map<String, Object> arguments) throws IOException {
    JsonNode result = call(tool, arguments);
    if (!result.path("isError").asBoolean()) {
      throw new AssertionError(result.toString());
    }
    return result.at("/content/0/text").asText();
  }

  JsonNode request(String method, Map<String, Object> parameters) throws IOException {
    int mine = ++id;
    write(Map.of("jsonrpc", "2.0", "id", mine, "method", method, "params", parameters));
    JsonNode[] found = new JsonNode[1];
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              for (String line : sandbox.out().lines().toList()) {
                if (line.endsWith("}") && JSON.readTree(line).path("id").asInt() == mine) {
                  found[0] = JSON.readTree(line);
                  return true;
                }
              }
              return false;
            });
    return found[0].path("result");
  }

  private void write(Map<String, Object> message) throws IOException {
    line(JSON.writeValueAsString(message));
  }

  /** Sends a line that need not be a message. */
  void line(String text) throws IOException {
    requests.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    requests.flush();
  }

  /** Ends the input; returns the exit code. */
  int end() throws IOException {
    requests.close();
    return exit.orTimeout(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
  }
}
