package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowthWatchTest {

  private static final long MIB = 1L << 20;
  private static final long LIMIT = 4 * MIB;

  @TempDir Path folder;

  private final AtomicLong free = new AtomicLong(10_000 * MIB);
  private final AtomicInteger passed = new AtomicInteger();
  private final DiskSpace disk = new DiskSpace(free::get, 0);
  private Path tree;
  private Path home;

  @BeforeEach
  void make() throws Exception {
    tree = Files.createDirectory(folder.resolve("tree"));
    home = Files.createDirectory(folder.resolve("home"));
  }

  private GrowthWatch start(Path... more) {
    List<Path> all = new ArrayList<>(List.of(tree, home));
    all.addAll(List.of(more));
    return GrowthWatch.start(disk, all, LIMIT, passed::incrementAndGet);
  }

  private void taken(long bytes) {
    free.addAndGet(-bytes);
    disk.look();
  }

  private void write(Path file, long bytes) throws Exception {
    Files.write(file, new byte[(int) bytes]);
    taken(bytes);
  }

  @Test
  void runThatAddsMoreThanItMayIsNoticedOnceWhereverItAddsIt() throws Exception {
    try (GrowthWatch watch = start()) {
      write(tree.resolve("a"), 3 * MIB);
      write(home.resolve("b"), 3 * MIB);
      await().until(() -> passed.get() > 0);
      assertThat(watch.isOver()).isTrue();
    }
    assertThat(passed).hasValue(1);
  }

  @Test
  void runThatEndsBeforeAnybodyLooksIsOverItsLimitAllTheSame() throws Exception {
    try (GrowthWatch watch = start()) {
      write(tree.resolve("a"), 5 * MIB);
      assertThat(watch.isOver()).isTrue();
    }
    assertThat(passed).hasValue(0);
  }

  @Test
  void whatOthersTakeAndWhatWasThereBeforeIsNotTheRuns() throws Exception {
    Path there = Path.of(System.getProperty("java.home"), "lib"); // old, and large
    assertThat(DiskUse.of(List.of(there), Duration.ZERO).old()).isGreaterThan(LIMIT);
    try (GrowthWatch watch = start(there)) {
      for (int i = 0; i < 10; i++) {
        taken(2 * LIMIT);
        free.addAndGet(LIMIT);
        disk.look();
      }
      write(tree.resolve("a"), 3 * MIB);
      assertThat(watch.isOver()).isFalse();
    }
    assertThat(passed).hasValue(0);
  }

  @Test
  void holesAndFurtherNamesTakeNothing() throws Exception {
    assertThat(
            Undeletable.shell(
                tree,
                "truncate -s 1G holes; head -c 3M /dev/zero > a; for i in $(seq 20); do ln a b$i; done"))
        .isZero();
    taken(3 * MIB);
    try (GrowthWatch watch = start()) {
      assertThat(watch.isOver()).isFalse();
    }
    DiskUse use = DiskUse.of(List.of(tree), Duration.ofMinutes(1));
    assertThat(use.all()).isBetween(3 * MIB, 4 * MIB);
    assertThat(use.old()).isZero();
  }
}
