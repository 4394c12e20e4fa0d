package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Creates files that cannot be deleted, for which the test must be root. Removes all mounts and
 * immutable flags below a folder when it is closed.
 */
public final class Undeletable implements AutoCloseable {

  private static final String TRY =
      "test \"$(id -u)\" = 0 && : > try && chattr +i try && ! rm -f try 2>/dev/null && chattr -i try"
          + " && rm try && mkdir try && mount -t tmpfs none try && umount try && rmdir try";

  private final Path folder;

  private Undeletable(Path folder) {
    this.folder = folder;
  }

  /** Fails if such files cannot be created; so tests that use it have the tag {@code root}. */
  public static Undeletable in(Path folder) throws Exception {
    assertThat(shell(folder, TRY))
        .as("root, mount(8), and a file system that knows chattr +i; the tag is 'root'")
        .isZero();
    return new Undeletable(folder);
  }

  /** Runs a line of shell in the folder. */
  public static int shell(Path folder, String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() throws Exception {
    Optional<Path> mounted = MountTable.read().within(folder.toRealPath());
    for (int i = 0; i < 1_000 && mounted.isPresent(); i++) {
      shell(folder, "umount -l '%s'".formatted(mounted.get()));
      mounted = MountTable.read().within(folder.toRealPath());
    }
    assertThat(mounted).isEmpty();
    assertThat(Files.exists(folder)).isTrue();
    shell(folder, "chattr -R -i . 2>/dev/null");
  }
}
