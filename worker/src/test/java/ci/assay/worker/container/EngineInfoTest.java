package ci.assay.worker.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The output of docker and podman about themselves and their images, cut to what is read. */
class EngineInfoTest {

  @Test
  void dockerIsRecognisedByItsInfo() throws Exception {
    EngineInfo docker =
        EngineInfo.read(
            """
            {"ID":"A","ServerVersion":"28.2.2","SecurityOptions":["name=seccomp,profile=builtin",
            "name=cgroupns"],"MemoryLimit":true,"PidsLimit":true,"CpuCfsQuota":true}""");
    assertThat(docker.words()).isEqualTo("docker 28.2.2");
    assertThat(docker.isRootless()).isFalse();
    assertThat(docker.isRemapped()).isFalse();
    assertThat(docker.limits()).containsExactlyInAnyOrder("memory", "pids", "cpu");
    EngineInfo other =
        EngineInfo.read(
            """
            {"ServerVersion":"28.2.2","SecurityOptions":["name=rootless","name=userns"],
            "MemoryLimit":false}""");
    assertThat(other.isRootless()).isTrue();
    assertThat(other.isRemapped()).isTrue();
    assertThat(other.limits()).isEmpty();
  }

  @Test
  void podmanIsRecognisedByItsInfoAndNotByItsProgram() throws Exception {
    EngineInfo podman =
        EngineInfo.read(
            """
            {"host":{"cgroupControllers":["memory","pids"],"security":{"rootless":true}},
            "version":{"Version":"4.3.1"}}""");
    assertThat(podman.words()).isEqualTo("podman 4.3.1");
    assertThat(podman.isRootless()).isTrue();
    assertThat(podman.limits()).containsExactlyInAnyOrder("memory", "pids");
    assertThat(podman.missing(RunLimits.parse("memory=1G,processes=99"))).isEmpty();
    assertThat(podman.missing(RunLimits.parse("cpu=150%,processes=99"))).containsExactly("cpu");
  }

  @Test
  void otherOutputIsRefused() {
    for (String each : new String[] {"", "{}", "Client: Docker", "[]"}) {
      assertThatThrownBy(() -> EngineInfo.read(each)).as(each).isInstanceOf(IOException.class);
    }
  }

  @Test
  void imageHasTheDigestOfItsRegistryAndItsVariables() throws Exception {
    String id = "01".repeat(32);
    String digest = "sha256:" + "ef".repeat(32);
    Image pulled =
        Image.read(
            "maven:3.9",
            """
            {"Id":"sha256:%s","RepoDigests":["maven@%s"],"Config":{"Env":["PATH=/opt:/bin","A=b=c"]}}"""
                .formatted(id, digest));
    assertThat(pulled.digest()).isEqualTo(digest);
    assertThat(pulled.id()).isEqualTo(id);
    assertThat(pulled.environment()).containsEntry("PATH", "/opt:/bin").containsEntry("A", "b=c");
    Image local = Image.read("own", "{\"Id\":\"%s\",\"RepoDigests\":[]}".formatted(id));
    assertThat(local.digest()).isEqualTo("sha256:" + id);
    Image ofPodman =
        Image.read("own", "[ {\"Id\":\"%s\",\"Config\":{\"Env\":[\"A=1\"]}} ]".formatted(id));
    assertThat(ofPodman.environment()).containsEntry("A", "1");
    assertThatThrownBy(() -> Image.read("a", "{\"Id\":\"--x\"}")).isInstanceOf(IOException.class);
  }

  @Test
  void passwdHasTheUserWithTheHomeOfTheRun() {
    List<String> image =
        List.of("root:x:0:0:root:/root:/bin/sh", "", "node:x:1000:1000::/home/node:/bin/sh");
    assertThat(new String(UserFiles.withUser(image, "1000:1001"), UTF_8))
        .isEqualTo("node:x:1000:1001::/assay/home:/bin/sh\nroot:x:0:0:root:/root:/bin/sh\n");
    assertThat(new String(UserFiles.withUser(List.of(), "7:8"), UTF_8))
        .isEqualTo("assay:x:7:8::/assay/home:/bin/sh\n");
  }
}
