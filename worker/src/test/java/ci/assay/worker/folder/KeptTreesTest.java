package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.model.Repository;
import ci.assay.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTreesTest {

  private static final Repository BOTTLE = new Repository("bottle", "/srv/bottle.git");
  private static final Repository JAR = new Repository("jar", "/srv/jar.git");

  @TempDir Path folder;

  private WorkFolder work;
  private Quarantine quarantine;
  private KeptTrees trees;

  @AfterEach
  void close() {
    quarantine.close();
  }

  @BeforeEach
  void open() {
    work = new WorkFolder(folder);
    work.prepare();
    quarantine = new Quarantine(work);
    trees = new KeptTrees(work, quarantine, Duration.ofDays(14), Clock.systemUTC());
  }

  @Test
  void whatNobodyUsedForLongIsRemovedWithItsHome() throws Exception {
    make(BOTTLE, 1);
    make(BOTTLE, 2);
    make(JAR, 1);
    age(BOTTLE, 2, Duration.ofDays(15));
    age(JAR, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(tree(BOTTLE, 1)).exists();
    assertThat(work.home(BOTTLE, 1)).exists();
    assertThat(work.homeWithSecrets(BOTTLE, 1)).exists();
    assertThat(tree(BOTTLE, 2)).doesNotExist();
    assertThat(work.home(BOTTLE, 2)).doesNotExist();
    assertThat(work.homeWithSecrets(BOTTLE, 2)).doesNotExist();
    assertThat(work.slots().resolve(work.place(JAR, 1))).doesNotExist();
    assertThat(work.homes().resolve(work.place(JAR, 1))).doesNotExist();
    quarantine.sweep(() -> false);
    assertThat(work.aside()).isEmptyDirectory();
  }

  @Test
  void whatIsThrownOnceDoesNotEndTheDailyLook() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    InstantSource clock =
        () -> {
          if (looks.incrementAndGet() == 1) {
            throw new StackOverflowError("injected");
          }
          return Instant.parse("2026-11-23T01:02:03Z");
        };
    try (LogCapture log = new LogCapture();
        KeptTrees kept =
            new KeptTrees(work, quarantine, Duration.ofDays(14), clock, Duration.ofMillis(10))) {
      kept.start();
      await().until(() -> looks.get() >= 2);
      assertThat(log.linesWith("a task of 'eviction' failed, which is a defect")).hasSize(1);
    }
  }

  @Test
  void whatIsInUseStaysHoweverOldItIs() throws Exception {
    make(BOTTLE, 1);
    trees.use(BOTTLE, 1);
    age(BOTTLE, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(work.home(BOTTLE, 1).resolve("cache")).exists();
    trees.release(BOTTLE, 1);
    age(BOTTLE, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(work.home(BOTTLE, 1)).doesNotExist();
  }

  @Test
  void useMakesItYoung() throws Exception {
    make(BOTTLE, 1);
    age(BOTTLE, 1, Duration.ofDays(15));
    trees.use(BOTTLE, 1);
    trees.release(BOTTLE, 1);
    trees.evict();
    assertThat(tree(BOTTLE, 1)).exists();
    assertThat(work.home(BOTTLE, 1)).exists();
  }

  @Test
  void whatARunLockedIsRemovedAllTheSame() throws Exception {
    make(BOTTLE, 1);
    age(BOTTLE, 1, Duration.ofDays(15));
    Files.setPosixFilePermissions(
        work.home(BOTTLE, 1), PosixFilePermissions.fromString("---------"));
    trees.evict();
    assertThat(work.home(BOTTLE, 1)).doesNotExist();
  }

  @Test
  void treeInALaterGenerationOfItsSlotIsAsYoungAsItsUse() throws Exception {
    make(BOTTLE, 1);
    Path later = Files.createDirectories(work.slot(1, 2).resolve(WorkFolder.key(BOTTLE)));
    trees.use(BOTTLE, 1);
    age(later);
    age(BOTTLE, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(later).as("in use").exists();
    trees.release(BOTTLE, 1);
    assertThat(Files.getLastModifiedTime(later).toInstant())
        .isAfter(Instant.now().minus(Duration.ofHours(1)));
    trees.evict();
    assertThat(later).as("used lately").exists();
    age(later);
    trees.evict();
    assertThat(later).as("its home is young").exists();
    age(BOTTLE, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(later).doesNotExist();
    assertThat(work.home(BOTTLE, 1)).doesNotExist();
  }

  @Test
  void whatWasPutAsideWhereItWasIsLeftToTheSweeping() throws Exception {
    Path slot = Files.createDirectories(work.slots().resolve(".aside-1/bottle"));
    Path place = Files.createDirectories(work.slots().resolve("1/.aside-2"));
    Path home = Files.createDirectories(work.homes().resolve("1/.aside-3"));
    for (Path each : List.of(slot, place, home)) {
      age(each);
    }
    trees.evict();
    for (Path each : List.of(slot, place, home)) {
      assertThat(each).exists();
    }
    quarantine.start();
    await().untilAsserted(() -> assertThat(slot.getParent()).doesNotExist());
    await().untilAsserted(() -> assertThat(place).doesNotExist());
    await().untilAsserted(() -> assertThat(home).doesNotExist());
  }

  @Tag("root")
  @Test
  void whatCannotBeRemovedKeepsNothingElse() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      make(BOTTLE, 1);
      make(JAR, 2);
      age(BOTTLE, 1, Duration.ofDays(15));
      age(JAR, 2, Duration.ofDays(15));
      assertThat(Undeletable.shell(work.slots(), "chattr +i 1/* 1")).isZero();
      trees.evict();
      assertThat(tree(BOTTLE, 1)).exists();
      assertThat(work.home(BOTTLE, 1)).doesNotExist();
      assertThat(tree(JAR, 2)).doesNotExist();
      assertThat(work.home(JAR, 2)).doesNotExist();
    }
  }

  private static void age(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofDays(15))));
  }

  private void make(Repository repository, int slot) throws IOException {
    Files.createDirectories(tree(repository, slot));
    Files.createDirectories(work.home(repository, slot));
    Files.createDirectories(work.homeWithSecrets(repository, slot));
    Files.writeString(work.home(repository, slot).resolve("cache"), "warm");
  }

  private Path tree(Repository repository, int slot) {
    return work.slots().resolve(work.place(repository, slot)).resolve(WorkFolder.TREE);
  }

  private void age(Repository repository, int slot, Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    Files.setLastModifiedTime(work.slots().resolve(work.place(repository, slot)), then);
    for (Path homes : work.allHomes()) {
      Files.setLastModifiedTime(homes.resolve(work.place(repository, slot)), then);
    }
  }
}
