package ci.assay.worker.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PresencePublisherTest {

  private final AtomicInteger said = new AtomicInteger();

  @Test
  void manyChangesAreSaidTogetherAndSoon() throws InterruptedException {
    try (PresencePublisher publisher = new PresencePublisher(said::incrementAndGet, () -> {})) {
      for (int i = 0; i < 1_000; i++) {
        publisher.changed();
      }
      await().until(() -> said.get() > 0);
      await()
          .during(Duration.ofMillis(300))
          .untilAsserted(() -> assertThat(said.get()).isLessThan(5));
      int before = said.get();
      publisher.changed();
      await().until(() -> said.get() > before);
    }
  }

  @Test
  void itIsSaidAgainAndAgainEvenAfterABug() throws InterruptedException {
    try (PresencePublisher publisher =
        new PresencePublisher(
            () -> {
              if (said.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("a bug");
              }
            },
            () -> {})) {
      publisher.start();
      await().until(() -> said.get() >= 2);
    }
  }
}
