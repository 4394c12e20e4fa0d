package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {

  private static final long MIB = 1L << 20;

  private final AtomicLong free = new AtomicLong(10_000 * MIB);
  private final DiskSpace disk = new DiskSpace(free::get, 500 * MIB);

  @Test
  void isLowBelowTheThresholdUntilThereIsClearlyMore() {
    disk.look();
    assertThat(disk.isLow()).isFalse();
    free.set(499 * MIB);
    disk.look();
    assertThat(disk.isLow()).isTrue();
    assertThat(disk.words())
        .isEqualTo("499M free, fewer than the 500M that --min-free-disk asks for");
    free.set(549 * MIB);
    disk.look();
    assertThat(disk.isLow()).isTrue();
    free.set(550 * MIB);
    disk.look();
    assertThat(disk.isLow()).isFalse();
    assertThat(disk.free()).isEqualTo(550 * MIB);
  }

  @Test
  void aWatchRemembersTheLeastThereWas() {
    try (DiskSpace.Watch watch = disk.watch()) {
      assertThatCode(watch::requireEnough).doesNotThrowAnyException();
      free.set(124 * MIB);
      disk.look();
      free.set(10_000 * MIB);
      disk.look();
      assertThatThrownBy(watch::requireEnough)
          .isInstanceOf(IOException.class)
          .hasMessage("the disk is full: only 124M were left");
    }
    try (DiskSpace.Watch later = disk.watch()) {
      assertThatCode(later::requireEnough).doesNotThrowAnyException();
    }
  }

  @Test
  void aSmallThresholdAsksARunForNoMore() {
    DiskSpace small = new DiskSpace(free::get, 10 * MIB);
    free.set(11 * MIB);
    try (DiskSpace.Watch watch = small.watch()) {
      assertThatCode(watch::requireEnough).doesNotThrowAnyException();
      free.set(9 * MIB);
      assertThatThrownBy(watch::requireEnough).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aDiskThatCannotBeAskedIsNotLow() {
    DiskSpace silent =
        new DiskSpace(
            () -> {
              throw new IOException("no answer");
            },
            500 * MIB);
    silent.look();
    assertThat(silent.isLow()).isFalse();
  }
}
