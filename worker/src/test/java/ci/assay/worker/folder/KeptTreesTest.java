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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTreesTest {

  private static final Repository BOTTLE = new Repository("bottle", "/srv/bottle.git");
  private static final Repository JAR = new Repository("jar", "/srv/jar.git");

  @TempDir Path folder;

  private WorkFolder work;
  private KeptTrees trees;

  @BeforeEach
  void open() {
    work = new WorkFolder(folder);
    work.prepare();
    trees = new KeptTrees(work, Duration.ofDays(14), Clock.systemUTC());
  }

  @Test
  void whatNobodyUsedForLongIsRemovedWithItsHome() throws Exception {
    make(BOTTLE, 1);
    make(BOTTLE, 2);
    make(JAR, 1);
    age(BOTTLE, 2, Duration.ofDays(15));
    age(JAR, 1, Duration.ofDays(15));
    trees.evict();
    assertThat(work.tree(BOTTLE, 1)).exists();
    assertThat(work.home(BOTTLE, 1)).exists();
    assertThat(work.trees().resolve(work.place(BOTTLE, 2))).doesNotExist();
    assertThat(work.home(BOTTLE, 2)).doesNotExist();
    assertThat(work.trees().resolve(work.place(JAR, 1).getName(0))).doesNotExist();
    assertThat(work.homes().resolve(work.place(JAR, 1).getName(0))).doesNotExist();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
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
        KeptTrees kept = new KeptTrees(work, Duration.ofDays(14), clock, Duration.ofMillis(10))) {
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
    assertThat(work.tree(BOTTLE, 1)).exists();
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

  private void make(Repository repository, int slot) throws IOException {
    Files.createDirectories(work.tree(repository, slot));
    Files.createDirectories(work.home(repository, slot));
    Files.writeString(work.home(repository, slot).resolve("cache"), "warm");
  }

  private void age(Repository repository, int slot, Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    Files.setLastModifiedTime(work.trees().resolve(work.place(repository, slot)), then);
    Files.setLastModifiedTime(work.home(repository, slot), then);
  }
}
