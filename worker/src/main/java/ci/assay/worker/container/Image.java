package ci.assay.worker.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An image that the engine has.
 *
 * @param name the name that was asked for
 * @param id the engine's id, without {@code sha256:}; names the same image even if its tag moves
 * @param digest the digest in its registry; for an image from no registry, the id with its prefix
 * @param environment the variables that it sets in its containers
 */
record Image(String name, String id, String digest, Map<String, String> environment) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PREFIX = "sha256:";

  Image {
    environment = Map.copyOf(environment);
  }

  /**
   * Reads what {@code image inspect --format '{{json .}}'} prints.
   *
   * @throws IOException when it is something else
   */
  static Image read(String name, String json) throws IOException {
    JsonNode all;
    try {
      JsonNode read = JSON.readTree(json);
      all = read.isArray() ? read.path(0) : read; // podman prints a list
    } catch (JsonProcessingException e) {
      throw new IOException("the engine does not describe image " + name + " in JSON", e);
    }
    String id = all.path("Id").asText().replaceFirst("^" + PREFIX, "");
    if (!id.matches("[0-9a-f]{64}")) {
      throw new IOException("the engine does not say which image %s is".formatted(name));
    }
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonNode each : all.path("Config").path("Env")) {
      String[] pair = each.asText().split("=", 2);
      if (pair.length == 2) {
        environment.put(pair[0], pair[1]);
      }
    }
    String inRegistry = all.path("RepoDigests").path(0).asText();
    int at = inRegistry.indexOf('@');
    return new Image(name, id, at < 0 ? PREFIX + id : inRegistry.substring(at + 1), environment);
  }
}
