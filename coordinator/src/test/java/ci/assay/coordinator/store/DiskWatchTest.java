package ci.assay.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.Disposition.RetryLater;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.model.Job;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskWatchTest {

  private static final Job JOB = Given.job(1);
  private static final IncomingMessage MESSAGE = Given.delivered(OutgoingMessage.job(JOB));

  @TempDir Path folder;
  private ResultsFixture results;
  private DiskWatch watch;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    watch = results.watch;
  }

  @Test
  void failureOfOneFileIsNotAFailureOfTheDisk() throws Exception {
    Files.writeString(folder.resolve("bottle"), "a file where a folder should be");
    assertThat(storing().handle(MESSAGE)).isInstanceOf(RetryLater.class);
    Thread.currentThread().interrupt(); // so that waiting ends, if there is anything to wait for
    assertThatThrownBy(watch::awaitTrouble).isInstanceOf(InterruptedException.class);
    Files.delete(folder.resolve("bottle"));
    assertThat(storing().handle(MESSAGE)).isEqualTo(Disposition.ack());
  }

  @Test
  void failedProbeIsAFailureOfTheDiskUntilOneSucceeds() throws Exception {
    Path temporary = results.folders.temporary();
    Files.delete(temporary);
    Files.writeString(temporary, "in the way");
    CompletableFuture<Boolean> trouble = troubleSeen();
    assertThat(storing().handle(MESSAGE)).isInstanceOf(RetryLater.class);
    assertThat(trouble.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.isWritable()).isFalse();
    Files.delete(temporary);
    assertThat(watch.isWritable()).isTrue();
    assertThat(storing().handle(MESSAGE)).isEqualTo(Disposition.ack());
    assertThat(results.temporaryFiles()).isEmpty();
  }

  @Test
  void interruptedStoreIsNoFailure() {
    Disposition.Handler interrupted =
        watch.guard(
            message -> {
              throw new ClosedByInterruptException();
            });
    assertThatThrownBy(() -> interrupted.handle(MESSAGE)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void folderIsCreatedAtTheStartAndLeftClean() throws Exception {
    Path made = folder.resolve("a/b");
    ResultsFolder folders = new ResultsFolder(made);
    new DiskWatch(folders, new Disk(folders)).requireWritable();
    assertThat(ResultsFolder.list(folders.temporary())).isEmpty();
  }

  @Test
  void folderThatIsAFileIsReportedInOneLine() throws Exception {
    ResultsFolder folders = new ResultsFolder(Files.writeString(folder.resolve("file"), ""));
    assertThatThrownBy(() -> new DiskWatch(folders, new Disk(folders)).requireWritable())
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("cannot write results in " + folder.resolve("file") + ": ")
        .hasMessageContaining("give another folder with --results")
        .message()
        .doesNotContain("\n", "null");
  }

  private Disposition.Handler storing() {
    return watch.guard(results.messages(Clock.systemUTC()));
  }

  private CompletableFuture<Boolean> troubleSeen() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            watch.awaitTrouble();
            return true;
          } catch (InterruptedException e) {
            return false;
          }
        });
  }
}
