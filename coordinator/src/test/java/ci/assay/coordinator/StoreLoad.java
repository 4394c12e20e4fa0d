package ci.assay.coordinator;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.coordinator.intake.MessageHandler;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.message.RunStarted;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints how many verdicts a second the store alone can store. For each verdict, eight threads
 * decode and store the copy of a job, a start, one log piece and a result, as when these are
 * delivered. Not a test: run it by hand, with a folder on the disk to measure and the number of
 * verdicts.
 */
final class StoreLoad {

  private static final int THREADS = 8;

  private StoreLoad() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "store-load");
    int count = Integer.parseInt(arguments[1]);
    for (int round = 1; round <= 5; round++) {
      long processorBefore = processorNanos();
      long nanos = run(folder.resolve("round-" + round), count);
      System.out.printf(
          "round %d: %.0f verdicts/s, %.2f ms of processor time each%n",
          round, count * 1e9 / nanos, (processorNanos() - processorBefore) / 1e6 / count);
    }
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static long run(Path folder, int count) throws Exception {
    ResultsFixture results = new ResultsFixture(folder, ResultStore.PIECES_IN_HAND);
    MessageHandler handler = results.messages(Clock.systemUTC());
    List<OutgoingMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Job job = Given.job(i);
      messages.add(OutgoingMessage.job(job));
      messages.add(
          OutgoingMessage.started(new RunStarted(job.id(), "run-1", "host-1", Given.START)));
      messages.add(OutgoingMessage.logPiece(job.id(), "run-1", 0, Given.gzip(Given.LOG)));
      messages.add(OutgoingMessage.result(Given.result(job, "run-1", Outcome.PASSED)));
    }
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> handled = new ArrayList<>();
    for (OutgoingMessage message : messages) {
      handled.add(threads.submit(() -> handler.handle(Given.delivered(message))));
    }
    for (Future<?> each : handled) {
      each.get();
    }
    threads.shutdown();
    long nanos = System.nanoTime() - start;
    if (new ResultReader(folder).newest(count).size() != count) {
      throw new IllegalStateException("verdicts are missing in " + folder);
    }
    return nanos;
  }
}
