package ci.assay.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sandbox of a worker that is not root, in a user namespace. The test makes a {@code
 * /dev/net/tun} of its own, which other tests do not see, because on some machines only root may
 * open the system's.
 */
@Tag("long")
@Tag("root")
@Timeout(300)
class NormalUserTest {

  private static final String SCRIPT =
      "mknod tun c 10 200 && chmod \"$1\" tun && mount --bind tun /dev/net/tun && cd user && shift"
          + " && exec setpriv --reuid=65534 --regid=65534 --clear-groups"
          + " env -i PATH=\"$PATH\" HOME=\"$PWD\" \"$@\"";

  @TempDir Path folder;

  private Path user;

  @BeforeEach
  void make() throws Exception {
    user = Files.createDirectory(folder.resolve("user"));
    run(List.of("sh", "-c", "chmod 755 . && chown 65534:65534 user"));
  }

  @Test
  void theIsolationIsTheSameAsForRoot() throws Exception {
    assertThat(asNormalUser("666", SandboxExecutorTest.class.getName()))
        .endsWith(" passed, 0 failed\n")
        .doesNotContain("\n0 passed");
  }

  @Test
  void withoutTheNetworkDeviceOneLineSaysWhatToDo() throws Exception {
    String work = user.resolve("work").toString();
    assertThat(asNormalUser("600", work, "SANDBOX"))
        .isEqualTo(
            "refused: the sandbox does not work here: the run could not begin: its sandbox does not"
                + " start: slirp4netns does not connect the sandbox to the network:"
                + " open(\"/dev/net/tun\"): Permission denied;"
                + " chmod 666 /dev/net/tun, or take --network none or host\n");
    assertThat(asNormalUser("600", work, "AUTO"))
        .contains("runs share this machine's network", "Permission denied")
        .endsWith("sandbox\n");
  }

  private String asNormalUser(String mode, String... arguments) throws Exception {
    Files.deleteIfExists(folder.resolve("tun"));
    List<String> program = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", SCRIPT, "sh"));
    program.add(mode);
    program.addAll(
        ChildJvm.command(
            "-Djava.io.tmpdir=" + user,
            "-cp",
            readableClassPath(),
            AnotherUsersTests.class.getName()));
    program.addAll(List.of(arguments));
    return run(program);
  }

  private String run(List<String> program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Copies the class path, because the original may be in a folder that only root can read. */
  private String readableClassPath() throws Exception {
    Path copies = folder.resolve("classes");
    List<String> all = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(each);
      Path to = copies.resolve(Integer.toString(all.size())).resolve(from.getFileName());
      all.add(to.toString());
      if (Files.exists(from) && !Files.exists(to)) {
        copy(from, to);
      }
    }
    run(List.of("chmod", "-R", "a+rX", copies.toString()));
    return String.join(File.pathSeparator, all);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(each).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(each, copy);
      }
    }
  }
}
