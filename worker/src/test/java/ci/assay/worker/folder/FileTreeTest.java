package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileTreeTest {

  private static final int STACK = 512 * 1024;

  @TempDir Path folder;

  @Test
  @Tag("long")
  void twelveThousandNestedFoldersAreDeletedOnASmallStack() throws Exception {
    shell("perl -e 'for (1 .. 12000) { mkdir \"d\" or die; chdir \"d\" or die }'");
    delete(folder.resolve("d"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @Tag("long")
  void longNamesBeyondThePathLimitAreDeleted() throws Exception {
    String name = "n".repeat(250);
    shell(
        "i=0; while [ $i -lt 300 ]; do mkdir %s && cd -P %s && : > f && chmod 500 . || exit 1; chmod 700 .; i=$((i+1)); done"
            .formatted(name, name));
    delete(folder.resolve(name));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void readOnlyFoldersAndLinksAreDeletedAndNoLinkIsFollowed() throws Exception {
    shell("mkdir kept gone gone/a gone/a/b; : > kept/file; ln -s ../../kept gone/a/link");
    shell("ln -s /nowhere gone/dangling; : > gone/a/b/f; chmod 0 gone/a/b; chmod 500 gone/a");
    delete(folder.resolve("gone"));
    assertThat(folder.resolve("gone")).doesNotExist();
    assertThat(folder.resolve("kept/file")).exists();
  }

  @Test
  @Tag("long")
  void manyDeepFoldersBesideEachOtherAreDeleted() throws Exception {
    shell(
        "mkdir top; cd top; for j in 1 2 3 4 5 6 7 8 9; do (i=0; while [ $i -lt 200 ]; do mkdir $j && cd -P $j && : > f || exit 1; i=$((i+1)); done); done");
    delete(folder.resolve("top"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLinkToAFolderGoesAndTheFolderStays() throws Exception {
    shell("mkdir kept; : > kept/file; ln -s kept link");
    delete(folder.resolve("link"));
    delete(folder.resolve("nothing"));
    assertThat(folder.resolve("kept/file")).exists();
    assertThat(Files.isSymbolicLink(folder.resolve("link"))).isFalse();
  }

  /** Deletes with the default stack size of a worker's threads. */
  private static void delete(Path path) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                FileTree.delete(path);
              } catch (IOException | StackOverflowError e) {
                failure.set(e);
              }
            },
            "small stack",
            STACK);
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  private void shell(String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
