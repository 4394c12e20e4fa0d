package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of files from a private folder stay private. */
@Tag("long")
class FileModesTest {

  /** Folders with files whose modes are set by git, or by commits and their runs. */
  private static final Set<String> NOT_OURS = Set.of("mirrors", "slots", "homes", "executors");

  private static final Set<PosixFilePermission> WRONG =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE,
          PosixFilePermission.GROUP_WRITE);

  @TempDir Path folder;

  @Test
  void noFileThatARunAndItsPagesLeaveMayBeReadByOthers() throws Exception {
    Sandbox sandbox = new Sandbox(folder);
    try (TestRepository repository = TestRepository.in(folder.resolve("sample.git"))) {
      repository.commit("good", Map.of("check.sh", "echo fine"));
      assertThat(sandbox.run("run", "--test", "sh check.sh", "--results", "results", "sample.git"))
          .isZero();
      assertThat(sandbox.run("reindex", "--results", "results")).isZero();
      assertThat(sandbox.run("token", "add", "ann", "--role", "read", "--results", "results"))
          .as(sandbox.both())
          .isZero();
    }
    List<String> open = new ArrayList<>();
    List<String> all = new ArrayList<>();
    look(folder.resolve("results"), all, open);
    look(folder.resolve("home/.cache"), all, open);
    assertThat(all).anyMatch(name -> name.endsWith("result.json"));
    assertThat(all).anyMatch(name -> name.endsWith("log.txt"));
    assertThat(all).anyMatch(name -> name.endsWith("assay.db"));
    assertThat(all).anyMatch(name -> name.endsWith(".tokens"));
    assertThat(open).isEmpty();
  }

  private static void look(Path in, List<String> all, List<String> open) throws IOException {
    List<Path> inside;
    try (Stream<Path> files = Files.list(in)) {
      inside = files.toList();
    }
    for (Path each : inside) {
      if (Files.isDirectory(each)) {
        if (!NOT_OURS.contains(each.getFileName().toString())) {
          look(each, all, open);
        }
      } else {
        all.add(each.toString());
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(each);
        if (mode.stream().anyMatch(WRONG::contains)) {
          open.add(each + " " + mode);
        }
      }
    }
  }
}
