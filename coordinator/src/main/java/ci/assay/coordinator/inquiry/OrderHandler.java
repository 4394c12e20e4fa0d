package ci.assay.coordinator.inquiry;

import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.owed.JobRuns;
import ci.assay.coordinator.owed.JobRuns.OneRun;
import ci.assay.coordinator.republish.JobPublisher;
import ci.assay.coordinator.store.CoordinatorResults;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoredResults;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.StopRequest;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.Ruling;
import ci.assay.model.RunFile;
import ci.assay.model.State;
import ci.assay.model.Task;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a person's order about a commit: cancels its owed jobs, or runs it again. */
public final class OrderHandler {

  private static final Logger log = LoggerFactory.getLogger(OrderHandler.class);

  private final ResultsFolder folders;
  private final ResultStore store;
  private final JobPublisher publisher;
  private final Consumer<StopRequest> stops;
  private final RunningLogs logs;
  private final Clock clock;

  /** The output of runs that are under way. */
  @FunctionalInterface
  public interface RunningLogs {
    /**
     * The output so far of the current run of a job; empty when it cannot be had. May wait for some
     * time.
     */
    byte[] soFar(JobId job) throws InterruptedException;
  }

  /**
   * @param stops receives the message that a job needs no run any more
   * @param logs supplies the output of a run that is cancelled
   */
  public OrderHandler(
      ResultsFolder folders,
      ResultStore store,
      JobPublisher publisher,
      Consumer<StopRequest> stops,
      RunningLogs logs,
      Clock clock) {
    this.folders = folders;
    this.store = store;
    this.publisher = publisher;
    this.stops = stops;
    this.logs = logs;
    this.clock = clock;
  }

  OrderReply handle(Order order) throws IOException, InterruptedException {
    List<Path> variants = variants(order);
    if (variants.isEmpty()) {
      return new OrderReply(false, List.of(unknown(order)));
    }
    List<String> done = new ArrayList<>();
    List<String> notDone = new ArrayList<>();
    for (Path variant : variants) {
      switch (order.kind()) {
        case CANCEL -> cancel(variant, order, done, notDone);
        case RERUN -> rerun(variant, order, done, notDone);
      }
    }
    boolean isDone = !done.isEmpty();
    done.addAll(notDone);
    return new OrderReply(isDone, done);
  }

  private List<Path> variants(Order order) throws IOException {
    List<Path> variants =
        new ArrayList<>(ResultsFolder.folders(folders.commit(order.repository(), order.commit())));
    variants.removeIf(
        folder ->
            order.variant() != null && !order.variant().equals(folder.getFileName().toString()));
    variants.sort(null);
    return variants;
  }

  private static String unknown(Order order) {
    String which = order.variant() == null ? "" : "variant '" + order.variant() + "' of ";
    return "nothing is known of %scommit %s of repository '%s'"
        .formatted(which, order.commit(), order.repository());
  }

  private void cancel(Path variant, Order order, List<String> done, List<String> notDone)
      throws IOException, InterruptedException {
    boolean isAny = false;
    for (Path folder : ResultsFolder.jobsOf(variant)) {
      Optional<Job> job = StoredResults.jobIn(folder);
      if (job.isPresent() && !Files.exists(folder.resolve(ResultsFolder.RESULT))) {
        isAny |= cancel(job.get(), order, done);
      }
    }
    if (!isAny) {
      notDone.add(variant.getFileName() + ": " + state(variant) + "; nothing to cancel");
    }
  }

  private boolean cancel(Job job, Order order, List<String> done)
      throws IOException, InterruptedException {
    JobRuns runs = store.starts(job.id());
    OneRun run = runs.all().stream().filter(OneRun::isOpen).reduce((a, b) -> b).orElse(null);
    byte[] printed = run == null ? new byte[0] : withLastLine(logs.soFar(job.id()), order);
    Result result =
        new CoordinatorResults(clock)
            .cancelled(job, runs.spent().size() + 1, order.by(), run, printed.length);
    keep(printed, result);
    boolean isFirst = store.addUnlessJudged(result);
    if (isFirst) {
      CrashPoint.COORDINATOR_CANCEL_STORED.reached();
      stops.accept(new StopRequest(job.id(), result.summary()));
      log.info("{} cancelled by {}", job.id(), order.by());
      done.add(job.id() + " cancelled");
    }
    return isFirst;
  }

  private static byte[] withLastLine(byte[] printed, Order order) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(printed);
    if (printed.length > 0 && printed[printed.length - 1] != '\n') {
      all.write('\n');
    }
    all.writeBytes(
        "[assay] cancelled by %s\n".formatted(order.by()).getBytes(StandardCharsets.UTF_8));
    return all.toByteArray();
  }

  /** Stores a log as pieces, like a worker's, which are assembled when the result is stored. */
  private void keep(byte[] log, Result result) throws IOException {
    for (int from = 0; from < log.length; from += FilePiece.MAX_BYTES) {
      byte[] part = Arrays.copyOfRange(log, from, Math.min(log.length, from + FilePiece.MAX_BYTES));
      store.add(new FilePiece(RunFile.LOG, result.id(), result.run(), from, part));
    }
  }

  private void rerun(Path variant, Order order, List<String> done, List<String> notDone)
      throws IOException, InterruptedException {
    Path latest = ResultsFolder.jobsOf(variant).get(0);
    Optional<Result> result = StoredResults.in(latest);
    if (result.isEmpty()) {
      notDone.add(variant.getFileName() + ": has no verdict yet; nothing to run again");
      return;
    }
    Job again = again(result.get().about());
    store.add(again);
    CrashPoint.COORDINATOR_RERUN_STORED.reached();
    try {
      publisher.publish(again);
      CrashPoint.COORDINATOR_RERUN_PUBLISHED.reached();
    } catch (CannotRunException e) {
      log.warn("{} is stored and will be published later: {}", again.id(), e.getMessage());
    }
    log.info("{} queued by order of {}", again.id(), order.by());
    done.add(again.id() + " queued");
  }

  private Job again(Job job) {
    JobId id = job.id();
    return new Job(
        new JobId(id.repository(), id.commit(), id.variant(), id.rerun() + 1),
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(
            job.variant(),
            job.variants(),
            job.test(),
            job.pool(),
            job.timeoutSeconds(),
            rulingOnRerun(job)),
        new Origin(clock.instant(), "rerun", job.change(), job.origin().trusted()));
  }

  /**
   * The ruling on a rerun: a skipped job is run when a person asks for it; a job that cannot be run
   * still cannot.
   */
  private static @Nullable Ruling rulingOnRerun(Job job) {
    Ruling ruling = job.ruling();
    return ruling != null && ruling.outcome() == Outcome.SKIPPED ? null : ruling;
  }

  private static String state(Path variant) throws IOException {
    Optional<Path> deciding = StoredResults.decidingFolder(variant);
    Optional<Result> result =
        deciding.isPresent() ? StoredResults.in(deciding.get()) : Optional.empty();
    return result
        .map(each -> "already has a verdict, " + State.of(each.outcome()).text())
        .orElse("has no job");
  }
}
