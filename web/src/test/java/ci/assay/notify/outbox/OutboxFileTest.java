package ci.assay.notify.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutboxFileTest {

  private static final int ROUNDS = 5;
  private static final int OPENERS = 6;

  @TempDir Path results;

  /** An active coordinator and a standby may be started together on an empty results folder. */
  @Test
  void isOpenedByManyAtTheSameTimeWhenItDoesNotExistYet() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(OPENERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Path file = Outbox.fileIn(results.resolve("round-" + round));
        CyclicBarrier start = new CyclicBarrier(OPENERS);
        List<Future<Boolean>> opened = new ArrayList<>();
        for (int i = 0; i < OPENERS; i++) {
          opened.add(
              threads.submit(
                  () -> {
                    start.await();
                    try (Outbox outbox = Outbox.open(file)) {
                      return outbox.dueQueues(Instant.EPOCH).isEmpty();
                    }
                  }));
        }
        for (Future<Boolean> each : opened) {
          assertThat(each.get()).isTrue();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
