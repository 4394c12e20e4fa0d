package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineTest {

  private static final Repository BOTTLE = new Repository("bottle", "/srv/bottle.git");

  @TempDir Path folder;

  private WorkFolder work;
  private Quarantine quarantine;

  @BeforeEach
  void open() {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    work.prepare();
    quarantine = new Quarantine(work);
  }

  @AfterEach
  void close() {
    quarantine.close();
  }

  @Tag("root")
  @Test
  void whatCanBeDeletedIsGoneAfterASweepAndTheRestIsCounted() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      Path tree = Files.createDirectories(work.slots().resolve("1/x"));
      assertThat(
              Undeletable.shell(
                  tree,
                  "mkdir -p a/b/c d; echo 12345 > a/b/f; : > a/b/c/g; : > d/h; chattr +i a/b/f"))
          .isZero();
      quarantine.put(tree, tree, new IOException("a test"));
      quarantine.sweep(() -> false);
      Path left;
      try (var all = Files.list(work.aside())) {
        left = all.findFirst().orElseThrow();
      }
      assertThat(left.resolve("a/b/f")).hasContent("12345");
      assertThat(left.resolve("a/b/c")).doesNotExist();
      assertThat(left.resolve("d")).doesNotExist();
      assertThat(Quarantine.leftIn(work)).isEqualTo(new Quarantine.Left(1, 6));
      assertThat(Undeletable.shell(left, "chattr -i a/b/f")).isZero();
      quarantine.sweep(() -> false);
      assertThat(work.aside()).isEmptyDirectory();
    }
  }

  @Tag("root")
  @Test
  void whatStaysIsTriedMoreAndMoreSeldom() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      assertThat(Undeletable.shell(work.aside(), "mkdir x; : > x/f; chattr +i x/f")).isZero();
      for (int sweep = 0; sweep <= 4; sweep++) { // tried at 0, 2 and 4
        quarantine.sweepRegularly();
      }
      assertThat(Undeletable.shell(work.aside(), "chattr -R -i .")).isZero();
      for (int sweep = 5; sweep < 8; sweep++) {
        quarantine.sweepRegularly();
        assertThat(work.aside()).as("sweep %d", sweep).isNotEmptyDirectory();
      }
      quarantine.sweepRegularly();
      assertThat(work.aside()).isEmptyDirectory();
    }
  }

  @Test
  void whatOthersCouldOnlyRenameIsDeletedWhereverItIs() throws Exception {
    List<Path> left =
        List.of(
            work.slots().resolve(".aside-1"),
            work.slots().resolve("1/.aside-1"),
            work.homes().resolve("1/.aside-1"),
            work.homes().resolve("1/bottle-1/.aside-1"));
    for (Path each : left) {
      Files.createDirectories(each.resolve("d"));
    }
    quarantine.start();
    await().untilAsserted(() -> assertThat(left).noneMatch(Files::exists));
  }

  @Test
  void manyAreSaid() {
    assertThat(new Quarantine.Left(20, 0).isMuch()).isFalse();
    assertThat(new Quarantine.Left(21, 0).isMuch()).isTrue();
    assertThat(new Quarantine.Left(1, 2L << 30).isMuch()).isTrue();
  }

  @Tag("root")
  @Test
  void deletionNamesPathReasonAndOwner() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      assertThat(
              Undeletable.shell(
                  folder, "mkdir t k; : > k/f; mkdir t/m; mount --bind k t/m; mkdir i; : > i/f"))
          .isZero();
      assertThatThrownBy(() -> FileTree.delete(folder.resolve("t")))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("t/m: cannot be deleted: something is mounted there");
      assertThat(folder.resolve("k/f")).exists();
      assertThat(Undeletable.shell(folder, "chown 65534 i/f; chattr +i i/f")).isZero();
      assertThatThrownBy(() -> FileTree.delete(folder.resolve("i")))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("i/f: cannot be deleted: Operation not permitted, belongs to ");
    }
  }

  @Tag("root")
  @Test
  void noMountIsDeletedThroughHoweverDeep() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      String deep = "d/".repeat(60);
      assertThat(
              Undeletable.shell(
                  folder,
                  "mkdir k; : > k/f; mkdir -p t/%1$sm; mount --bind k t/%1$sm".formatted(deep)))
          .isZero();
      assertThat(FileTree.deleteWhatGoes(folder.resolve("t"), () -> false)).isFalse();
      assertThat(folder.resolve("k/f")).exists();
    }
  }

  @Tag("root")
  @ParameterizedTest
  @ValueSource(strings = {"slots", "aside", "homes", "logs", "spool", "executors", "mirrors"})
  void workerStartsWhateverLiesInItsFolder(String name) throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      for (String lies :
          new String[] {
            "rm -rf %1$s; : > %1$s",
            "rm -rf %1$s; ln -s /nowhere %1$s",
            "rm -rf %1$s; mkfifo %1$s",
            "rm -rf %1$s; mkdir -p %1$s/1/x/tree; chmod -R 0 %1$s",
            "rm -rf %1$s; mkdir -p %1$s/1/x; : > %1$s/1/x/f; chattr +i %1$s/1/x/f %1$s/1",
            "mkdir -p %1$s/m; mount -t tmpfs none %1$s/m; : > %1$s/m/f"
          }) {
        assertThat(Undeletable.shell(work.root(), lies.formatted(name))).isZero();
        work.create();
        work.prepare();
        for (Path each : new Path[] {work.slots(), work.homes(), work.logs(), work.spool()}) {
          assertThat(each).as(lies).isDirectory();
          Files.delete(Files.createFile(each.resolve("probe")));
        }
        SlotFolder slot = new SlotFolder(work, quarantine, 1);
        SlotFolder.Place place = slot.prepare(BOTTLE);
        assertThat(place.path().toFile().list()).as(lies).containsExactly("tmp");
      }
    }
  }

  @Tag("root")
  @Test
  void linksToFoldersElsewhereStayButOfTheSlotsThatOneIsPutAside() throws Exception {
    for (String name : List.of("slots", "homes", "mirrors", "logs", "aside")) {
      Files.delete(work.root().resolve(name));
      link(name);
    }
    Path precious = Files.createDirectories(elsewhere("slots").resolve("1/precious"));
    work.create();
    work.prepare();
    for (String name : List.of("homes", "mirrors", "logs", "aside")) {
      assertThat(work.root().resolve(name)).as(name).isSymbolicLink().isDirectory();
    }
    assertThat(Files.isDirectory(work.slots(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    SlotFolder slot = new SlotFolder(work, quarantine, 1);
    assertThat(slot.prepare(BOTTLE).path().toFile().list()).containsExactly("tmp");
    assertThat(precious).isDirectory();
  }

  @Test
  void nothingIsDeletedBehindALinkThatARunPutInPlaceOfTheSlots() throws Exception {
    SlotFolder slot = new SlotFolder(work, quarantine, 1);
    var unused = slot.prepare(BOTTLE);
    FileTree.delete(work.slots());
    link("slots");
    Path precious = Files.createDirectories(elsewhere("slots").resolve("1/precious"));
    assertThat(slot.prepare(BOTTLE).path().toFile().list()).containsExactly("tmp");
    assertThat(Files.isDirectory(work.slots(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(precious).isDirectory();
  }

  private void link(String name) throws IOException {
    Files.createSymbolicLink(work.root().resolve(name), Files.createDirectories(elsewhere(name)));
  }

  private Path elsewhere(String name) {
    return folder.resolve("disk").resolve(name);
  }

  @Test
  void slotGoesOnBesideAFolderThatCanNeitherBeEmptiedNorRenamed() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      SlotFolder slot = new SlotFolder(work, quarantine, 1);
      Path first = slot.prepare(BOTTLE).path();
      assertThat(
              Undeletable.shell(
                  work.slots(), "mkdir ../../k; : > ../../k/f; mount --bind ../../k 1"))
          .isZero();
      Path second = slot.prepare(BOTTLE).path();
      assertThat(second).isNotEqualTo(first).isDirectory();
      assertThat(slot.prepare(BOTTLE).path()).isEqualTo(second);
      assertThat(folder.resolve("k")).isDirectoryContaining("glob:**/f");
    }
  }
}
