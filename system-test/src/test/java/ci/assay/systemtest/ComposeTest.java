package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * What the compose file promises about permissions. Only the file is read; Docker itself is not
 * tested.
 */
class ComposeTest {

  private static final Path DOCKER = AssayProcess.checkout().resolve("docker");
  private static final Map<?, ?> FILE = load();

  private static Map<?, ?> load() {
    try {
      return new Yaml().load(Files.readString(DOCKER.resolve("compose.yml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Set<?> services() {
    return map(FILE, "services").keySet();
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyServiceIsHardened(String name) {
    Map<?, ?> service = service(name);

    assertThat(service.get("read_only")).isEqualTo(true);
    assertThat(service.get("cap_drop")).isEqualTo(List.of("ALL"));
    assertThat(strings(service.get("cap_add")))
        .doesNotContain("SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "NET_RAW", "ALL");
    assertThat(service.get("security_opt")).isEqualTo(List.of("no-new-privileges:true"));
    assertThat(service.get("mem_limit")).isNotNull();
    assertThat(service.get("pids_limit")).isInstanceOf(Integer.class);
    assertThat(strings(service.keySet())).doesNotContain("privileged", "network_mode", "pid");
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyServiceIsAskedWhetherItDoesItsWork(String name) {
    List<String> check = strings(map(service(name), "healthcheck").get("test"));

    assertThat(check.get(0)).isEqualTo("CMD");
    assertThat(check.get(1)).isIn("assay-healthy", "rabbitmq-diagnostics");
  }

  @Test
  void noPasswordIsInTheFileOrInAnEnvironment() {
    for (Object name : services()) {
      assertThat(String.valueOf(service((String) name).get("environment")))
          .as("environment of %s", name)
          .doesNotContainPattern("://[^@/}]*:[^@]*@")
          .doesNotContain("PASS");
    }
    assertThat(definitions()).doesNotContainPattern("password_hash\": \"(?!@[a-z]+@\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"coordinator", "observer", "worker"})
  void aRoleGetsNoPasswordOfAnother(String role) {
    List<Object> sources = new ArrayList<>();
    for (Object secret : list(service(role).get("secrets"))) {
      sources.add(((Map<?, ?>) secret).get("source"));
    }

    assertThat(sources).contains("rabbitmq_" + role);
    sources.removeAll(List.of("rabbitmq_" + role, "git_password"));
    assertThat(sources).isEmpty();
  }

  @Test
  void workersShareNoNetworkWithPagesAndManagement() throws IOException {
    Set<String> workers = networks("worker");
    assertThat(workers).containsExactlyInAnyOrder("broker", "outside");
    assertThat(networks("rabbitmq")).containsExactlyInAnyOrder("broker", "admin");
    assertThat(networks("coordinator")).containsExactlyInAnyOrder("broker", "front");

    // each listens on the address of its name in the network that workers are not connected to
    assertThat(map(map(service("rabbitmq"), "networks"), "admin").get("aliases"))
        .isEqualTo(List.of("management"));
    assertThat(Files.readString(DOCKER.resolve("rabbitmq/start")))
        .contains("getent ahostsv4 management", "management.tcp.ip = %s", "prometheus.tcp.ip = %s");
    assertThat(map(map(service("coordinator"), "networks"), "front").get("aliases"))
        .isEqualTo(List.of("pages"));
    assertThat(strings(service("coordinator").get("command"))).contains("pages:8010");
    assertThat(map(map(FILE, "networks"), "broker").get("internal")).isEqualTo(true);
  }

  @Test
  void whatIsPublishedIsForThisMachineAlone() {
    for (Object name : services()) {
      Object ports = service((String) name).get("ports");
      assertThat(ports == null ? List.<String>of() : strings(ports))
          .allMatch(port -> port.startsWith("127.0.0.1:"));
    }
  }

  @Test
  void makeSecretsMakesEachFileThatTheFileNamesAndNeitherGitNorAnImageTakesThemUp(
      @TempDir Path folder) throws Exception {
    Process process =
        new ProcessBuilder(DOCKER.resolve("make-secrets").toString(), folder.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();

    for (Object secret : map(FILE, "secrets").values()) {
      String file = String.valueOf(((Map<?, ?>) secret).get("file"));
      assertThat(file).startsWith("./secrets/");
      assertThat(folder.resolve(file.substring("./secrets/".length()))).exists();
    }
    assertThat(AssayProcess.checkout().resolve(".gitignore")).content().contains("docker/secrets/");
    assertThat(AssayProcess.checkout().resolve(".dockerignore"))
        .content()
        .contains("docker/secrets");
  }

  private static Map<?, ?> service(String name) {
    return map(map(FILE, "services"), name);
  }

  private static Set<String> networks(String service) {
    Object networks = service(service).get("networks");
    return Set.copyOf(
        networks instanceof Map<?, ?> named
            ? named.keySet().stream().map(String::valueOf).toList()
            : strings(networks));
  }

  private static Map<?, ?> map(Map<?, ?> in, String key) {
    Object value = in.get(key);
    assertThat(value).as(key).isInstanceOf(Map.class);
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  private static List<String> strings(@Nullable Object list) {
    return list(list).stream().map(String::valueOf).toList();
  }

  private static Collection<?> list(@Nullable Object value) {
    return (Collection<?>) Objects.requireNonNull(value);
  }

  private static String definitions() {
    try {
      return Files.readString(DOCKER.resolve("rabbitmq/definitions.json"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
