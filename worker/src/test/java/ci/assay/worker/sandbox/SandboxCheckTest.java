package ci.assay.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.settings.Isolation.Network;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxCheckTest {

  @TempDir Path folder;

  @Test
  void aProgramThatIsNotInstalledIsNamed() throws IOException {
    Path first = Files.createDirectory(folder.resolve("first"));
    Path second = Files.createDirectory(folder.resolve("second"));
    Map<String, String> path = Map.of("PATH", first + File.pathSeparator + second);
    assertThat(SandboxCheck.missing(Network.OWN, path)).contains("bwrap is not installed");

    program(second.resolve("bwrap"));
    assertThat(SandboxCheck.missing(Network.OWN, path)).contains("slirp4netns is not installed");
    assertThat(SandboxCheck.missing(Network.HOST, path)).isEmpty();

    program(first.resolve("slirp4netns"));
    assertThat(SandboxCheck.missing(Network.OWN, path)).isEmpty();
  }

  private static void program(Path file) throws IOException {
    assertThat(Files.createFile(file).toFile().setExecutable(true)).isTrue();
  }
}
