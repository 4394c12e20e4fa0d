package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The distribution contains no component with a known vulnerability, according to the advisories in
 * the project, except those that are accepted with a reason. It also lists its components.
 */
class AdvisoriesTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Path BUILT = AssayProcess.checkout().resolve("cli/target/assay");
  private static final Path ADVISORIES =
      AssayProcess.checkout()
          .resolve("system-test/src/test/resources/ci/assay/systemtest/advisories");

  @BeforeAll
  static void build() {
    AssayProcess.prepare();
  }

  @Test
  void whatIsKnownToBeVulnerableIsAcceptedWithAReasonAndNothingElseIs() throws IOException {
    List<String> accepted = new ArrayList<>();
    for (String line : Files.readAllLines(ADVISORIES.resolve("accepted.txt"))) {
      if (!line.startsWith("#")) {
        String[] words = line.split(" ", 3);
        assertThat(words).as("a reason in: %s", line).hasSize(3);
        accepted.add(words[0] + " " + words[1]);
      }
    }

    assertThat(findings(components())).containsExactlyInAnyOrderElementsOf(accepted);
  }

  @Test
  void anOldVersionWouldBeFoundAndTheMendedOneNot() throws IOException {
    assertThat(findings(Map.of("org.yaml:snakeyaml", "1.33"))).hasSize(1);
    assertThat(findings(Map.of("org.yaml:snakeyaml", "2.0"))).isEmpty();
    assertThat(findings(Map.of("ch.qos.logback:logback-classic", "1.3.11"))).hasSize(1);
    assertThat(findings(Map.of("ch.qos.logback:logback-classic", "1.3.12"))).isEmpty();
  }

  @Test
  void eachLibraryIsInTheBillOfMaterialsAndInTheListOfLicences() throws IOException {
    String licences = Files.readString(BUILT.resolve("THIRD-PARTY.txt"));
    Map<String, String> components = components();

    assertThat(components).hasSizeGreaterThan(90);
    components.forEach((name, version) -> assertThat(licences).contains(name + ":" + version));
    try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
      List<String> libraries =
          jars.map(jar -> jar.getFileName().toString())
              .filter(name -> !name.startsWith("assay-"))
              .toList();
      List<String> listed =
          components.entrySet().stream()
              .map(each -> each.getKey().replaceFirst(".*:", "") + "-" + each.getValue() + ".jar")
              .toList();
      assertThat(listed).containsAll(libraries);
    }
    assertThat(BUILT.resolve("LICENSE")).isNotEmptyFile();
    assertThat(BUILT.resolve("NOTICE")).content().contains("THIRD-PARTY.txt");
  }

  /** The versions of the components, by {@code group:artifact}. */
  private static Map<String, String> components() throws IOException {
    Path bom = BUILT.resolve("bom.json");
    assertThat(bom).as("Maven makes it with the package, but not when it is offline").exists();
    Map<String, String> all = new TreeMap<>();
    for (JsonNode each : JSON.readTree(bom.toFile()).get("components")) {
      String group = each.get("group").asText();
      if (!group.equals("ci.assay")) {
        all.put(group + ":" + each.get("name").asText(), each.get("version").asText());
      }
    }
    return all;
  }

  private static List<String> findings(Map<String, String> components) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(ADVISORIES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        JsonNode advisory = JSON.readTree(file.toFile());
        for (JsonNode affected : advisory.get("affected")) {
          String name = affected.get("package").get("name").asText();
          String version = components.get(name);
          if (version != null && isAffected(affected, version)) {
            found.add(advisory.get("id").asText() + " " + name);
          }
        }
      }
    }
    return found.stream().distinct().toList();
  }

  /** Whether a version is affected, by OSV's rules: listed, or between introduced and fixed. */
  private static boolean isAffected(JsonNode affected, String version) {
    ComparableVersion ours = new ComparableVersion(version);
    for (JsonNode named : affected.path("versions")) {
      if (named.asText().equals(version)) {
        return true;
      }
    }
    for (JsonNode range : affected.path("ranges")) {
      boolean isIn = false;
      for (JsonNode event : range.get("events")) {
        if (event.has("introduced")) {
          String from = event.get("introduced").asText();
          isIn = isIn || from.equals("0") || ours.compareTo(new ComparableVersion(from)) >= 0;
        } else if (event.has("fixed")) {
          isIn = isIn && ours.compareTo(new ComparableVersion(event.get("fixed").asText())) < 0;
        } else if (event.has("last_affected")) {
          String last = event.get("last_affected").asText();
          isIn = isIn && ours.compareTo(new ComparableVersion(last)) <= 0;
        }
      }
      if (isIn) {
        return true;
      }
    }
    return false;
  }
}
