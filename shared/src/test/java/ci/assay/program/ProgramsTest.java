package ci.assay.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {

  @TempDir Path folder;

  @Test
  void aProgramIsAnExecutableFileInAFolderOfThePath() throws Exception {
    Path first = Files.createDirectory(folder.resolve("first"));
    Path second = Files.createDirectory(folder.resolve("second"));
    Map<String, String> path = Map.of("PATH", first + "::" + second);
    Files.createDirectory(first.resolve("tool"));
    Path tool = Files.createFile(second.resolve("tool"));
    assertThat(Programs.find("tool", path)).isEmpty();

    assertThat(tool.toFile().setExecutable(true)).isTrue();
    assertThat(Programs.find("tool", path)).contains(tool);
    assertThat(Programs.find(tool.toString(), Map.of())).contains(tool);
    assertThat(Programs.find("tool", Map.of())).isEmpty();
  }

  @Test
  void foldersThatDependOnTheCurrentOneDoNotCount() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path tool = Files.createFile(folder.resolve("tool"));
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    String relative = here.relativize(folder.toAbsolutePath()).toString();
    assertThat(Path.of(relative).resolve("tool")).exists();
    assertThat(Programs.find("tool", Map.of("PATH", relative))).isEmpty();
  }
}
