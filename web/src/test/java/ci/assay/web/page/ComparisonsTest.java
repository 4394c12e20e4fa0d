package ci.assay.web.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import io.javalin.http.ServiceUnavailableResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ComparisonsTest {

  @Test
  void asManyAsFitIntoMemoryGoOnAtATimeAndOthersAreToldToComeAgain() throws Exception {
    Comparisons comparisons = new Comparisons(1, Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () ->
                comparisons.of(
                    () -> {
                      begun.countDown();
                      awaitUninterrupted(end);
                      return "first";
                    }));
    begun.await();
    assertThatThrownBy(() -> comparisons.of(() -> "second"))
        .isInstanceOf(ServiceUnavailableResponse.class);
    end.countDown();
    assertThat(first.get()).isEqualTo("first");
    assertThat(comparisons.of(() -> "third")).isEqualTo("third");
  }

  @Test
  void oneThatFailsGivesItsPlaceBack() {
    Comparisons comparisons = new Comparisons(1, Duration.ofMillis(50));
    assertThatThrownBy(
            () ->
                comparisons.of(
                    () -> {
                      throw new CannotRunException("no disk");
                    }))
        .hasMessage("no disk");
    assertThat(comparisons.of(() -> "next")).isEqualTo("next");
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
