package ci.assay.worker.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.common.Backoff;
import ci.assay.testing.LogCapture;
import ci.assay.worker.folder.DiskSpace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadinessTest {

  private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
  private final AtomicBoolean guardIsAlive = new AtomicBoolean(true);
  private final AtomicBoolean isBroken = new AtomicBoolean(true);
  private final AtomicInteger checks = new AtomicInteger();
  private final List<Boolean> told = new CopyOnWriteArrayList<>();
  private final LogCapture log = new LogCapture();
  private final Readiness readiness =
      new Readiness(
          new DiskSpace(free::get, 500),
          () -> {
            checks.incrementAndGet();
            return isBroken.get() ? Optional.of("no shell") : Optional.empty();
          },
          new Backoff(Duration.ofMillis(2), Duration.ofMillis(10)),
          guardIsAlive::get,
          told::add);

  @BeforeEach
  void start() {
    readiness.start();
  }

  @AfterEach
  void close() {
    readiness.close();
    log.close();
  }

  @Test
  void threeTroubledRunsInARowMakeItRestUntilTheSelfCheckPasses() {
    readiness.troubled("one");
    readiness.troubled("two");
    readiness.well();
    readiness.troubled("one");
    readiness.troubled("two");
    assertThat(readiness.takesNothing()).isEmpty();
    readiness.troubled("no such host");
    assertThat(readiness.takesNothing()).isPresent();
    await().until(() -> checks.get() >= 3);
    assertThat(readiness.takesNothing()).hasValue("the self-check says: no shell");
    isBroken.set(false);
    await().until(() -> readiness.takesNothing().isEmpty());
    await().untilAsserted(() -> assertThat(told).containsExactly(false, true));
    assertThat(log.linesWith("takes "))
        .containsExactly(
            "WARN takes no jobs: 3 runs in a row failed for reasons of this worker, the last: no such host",
            "INFO takes jobs again");
    readiness.troubled("one");
    readiness.troubled("two");
    assertThat(readiness.takesNothing()).as("it counts from the beginning").isEmpty();
  }

  @Test
  void aDiskThatIsNearlyFullMakesItRestUntilThereIsRoom() {
    free.set(499);
    await().until(() -> told.equals(List.of(false)));
    free.set(1_000);
    await().until(() -> told.equals(List.of(false, true)));
    assertThat(readiness.takesNothing()).isEmpty();
    assertThat(log.linesWith("takes "))
        .containsExactly(
            "WARN takes no jobs: 499 bytes free, fewer than the 500 bytes that --min-free-disk asks"
                + " for",
            "INFO takes jobs again");
  }

  @Test
  void withoutItsGuardItNeverTakesJobsAgain() {
    guardIsAlive.set(false);
    await().until(() -> told.equals(List.of(false)));
    guardIsAlive.set(true);
    readiness.start();
    assertThat(readiness.takesNothing()).hasValue("the guard process is gone");
    assertThat(log.linesWith("ERROR takes no jobs: the guard process is gone")).hasSize(1);
  }
}
