package ci.assay.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.CannotRunException;
import ci.assay.testing.LogCapture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ThreadsTest {

  private final LogCapture log = new LogCapture();
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void close() {
    log.close();
  }

  /** Throws at the first call: an exception or an error in turn. */
  private void failAtFirst() {
    if (done.incrementAndGet() == 1) {
      throw new StackOverflowError("injected");
    }
  }

  @Test
  void throwableThatEndsAThreadIsLogged() throws Exception {
    Thread thread = Threads.daemon("some thread", this::failAtFirst);
    assertThat(thread.isDaemon()).isTrue();
    thread.start();
    thread.join();
    assertThat(log.linesWith("thread 'some thread' ended, which is a defect")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void anExecutorLogsWhatATaskThrowsAndRunsTheNextTask(int kind) throws Exception {
    ExecutorService executor =
        switch (kind) {
          case 1 -> Threads.single("pool");
          case 2 -> Threads.fixed(1, "pool");
          case 3 -> Threads.bounded(1, "pool");
          default -> Threads.cached("pool");
        };
    executor.execute(this::failAtFirst);
    await().until(() -> !log.linesWith("thread 'pool' ended").isEmpty());
    executor.execute(this::failAtFirst);
    await().until(() -> done.get() == 2);
    executor.shutdown();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aTimerLogsWhatATaskThrowsAndKeepsItsSchedule(int kind) {
    ScheduledExecutorService timer = Threads.timer("timer");
    switch (kind) {
      case 1 -> {
        var unused = timer.scheduleWithFixedDelay(this::failAtFirst, 0, 1, TimeUnit.MILLISECONDS);
      }
      case 2 -> {
        var unused = timer.scheduleAtFixedRate(this::failAtFirst, 0, 1, TimeUnit.MILLISECONDS);
      }
      case 3 -> {
        timer.execute(this::failAtFirst);
        timer.execute(this::failAtFirst);
      }
      default -> {
        for (int delay = 1; delay <= 2; delay++) {
          var unused = timer.schedule(this::failAtFirst, delay, TimeUnit.MILLISECONDS);
        }
      }
    }
    await().until(() -> done.get() >= 2);
    timer.shutdownNow();
    assertThat(log.linesWith("a task of 'timer' failed, which is a defect")).hasSize(1);
  }

  @Test
  void aStepThatThrowsIsLoggedAndTheLoopGoesOn() throws Exception {
    Steps.lasting("doing something", this::failAtFirst);
    Steps.lasting("doing something", this::failAtFirst);
    assertThat(done.get()).isEqualTo(2);
    assertThat(log.linesWith("ERROR doing something failed, which is a defect")).hasSize(1);
  }

  @Test
  void expectedExceptionsArePassedToTheLoop() {
    assertThatThrownBy(
            () ->
                Steps.lasting(
                    "doing something",
                    () -> {
                      throw new CannotRunException("closed");
                    }))
        .isInstanceOf(CannotRunException.class);
    assertThatThrownBy(
            () ->
                Steps.lasting(
                    "doing something",
                    () -> {
                      throw new InterruptedException();
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(log.lines()).isEmpty();
  }
}
