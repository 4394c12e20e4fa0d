package ci.assay.worker.container;

import ci.assay.worker.settings.RunLimits;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The kind, version and abilities of an engine, from its own {@code info} command.
 *
 * @param isPodman whether it is Podman; otherwise it is Docker, whatever its program is called
 * @param isRootless whether it runs as the calling user, who is root in its containers
 * @param isRemapped whether it maps user ids in containers to other ids (userns-remap)
 * @param limits those of {@code memory}, {@code pids} and {@code cpu} that it can limit
 */
record EngineInfo(
    boolean isPodman, String version, boolean isRootless, boolean isRemapped, Set<String> limits) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  EngineInfo {
    limits = Set.copyOf(limits);
  }

  /** The name and version: {@code docker 28.2.2}. */
  String words() {
    return (isPodman ? "podman " : "docker ") + version;
  }

  /** The wanted limits that the engine cannot apply, by the names in {@code --limit}. */
  List<String> missing(RunLimits wanted) {
    List<String> missing = new ArrayList<>();
    if (wanted.memory().isPresent() && !limits.contains("memory")) {
      missing.add("memory");
    }
    if (wanted.processes().isPresent() && !limits.contains("pids")) {
      missing.add("processes");
    }
    if (wanted.cpu().isPresent() && !limits.contains("cpu")) {
      missing.add("cpu");
    }
    return missing;
  }

  /**
   * Reads what {@code info --format '{{json .}}'} prints.
   *
   * @throws IOException when it is something else
   */
  static EngineInfo read(String json) throws IOException {
    JsonNode all;
    try {
      all = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException("it does not describe itself in JSON", e);
    }
    if (all.path("host").isObject()) {
      return podman(all);
    }
    if (all.path("ServerVersion").asText().isEmpty()) {
      throw new IOException("it does not say what it is");
    }
    return docker(all);
  }

  private static EngineInfo docker(JsonNode all) {
    String security = all.path("SecurityOptions").toString();
    Set<String> limits = new HashSet<>();
    addIf(limits, "memory", all.path("MemoryLimit").asBoolean());
    addIf(limits, "pids", all.path("PidsLimit").asBoolean());
    addIf(limits, "cpu", all.path("CpuCfsQuota").asBoolean());
    return new EngineInfo(
        false,
        all.path("ServerVersion").asText(),
        security.contains("name=rootless"),
        security.contains("name=userns"),
        limits);
  }

  private static EngineInfo podman(JsonNode all) {
    JsonNode host = all.path("host");
    Set<String> limits = new HashSet<>();
    for (JsonNode each : host.path("cgroupControllers")) {
      limits.add(each.asText());
    }
    boolean isRootless = host.path("security").path("rootless").asBoolean();
    return new EngineInfo(
        true, all.path("version").path("Version").asText(), isRootless, false, limits);
  }

  private static void addIf(Set<String> limits, String name, boolean isSupported) {
    if (isSupported) {
      limits.add(name);
    }
  }
}
