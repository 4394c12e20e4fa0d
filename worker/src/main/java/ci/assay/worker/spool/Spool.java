package ci.assay.worker.spool;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.common.LatestEntries;
import ci.assay.message.Presence;
import ci.assay.message.RunStarted;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's outbox. Each result is on disk before it is published, and is deleted when the
 * broker has confirmed it. So a result outlives its worker, and a job whose result is here is
 * answered with it and never run again. Thread-safe.
 */
public final class Spool {

  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final int MOST_REMEMBERED = 1_000;
  private static final Duration AFTER_TWO_REFUSALS = Duration.ofMinutes(1);

  private final SpoolFolder folder;
  private final RunFiles logs;
  private final Map<JobId, Result> owed = new ConcurrentHashMap<>();
  private volatile Runnable listener = () -> {};
  private final LatestEntries<JobId, Result> delivered = new LatestEntries<>(MOST_REMEMBERED);

  /**
   * @param folder created if it is missing
   * @param logs the files of the runs
   */
  public Spool(Path folder, RunFiles logs) {
    this.folder = new SpoolFolder(folder);
    this.logs = logs;
  }

  /** Sets the action to call when a result was delivered. It must not block. */
  public void onChange(Runnable action) {
    listener = action;
  }

  /**
   * Reads the results that an earlier worker left. To be called once, at the start. A file that
   * cannot be read is put aside; its run is lost, and the broker delivers its job again.
   *
   * @return the results to deliver, the oldest first
   */
  public List<Result> load() throws IOException {
    List<Result> left = new ArrayList<>();
    for (Path file : folder.files()) {
      try {
        Result result = Codec.decodeFile(folder.read(file), Result.class);
        if (!file.equals(folder.file(result.run()))) {
          throw new InvalidInputException("it holds the result of run " + result.run());
        }
        owed.put(result.id(), result);
        left.add(result);
      } catch (InvalidInputException e) {
        log.warn(
            "{} is not a complete result ({}); its job will be run again", file, e.getMessage());
        folder.setAside(file);
      }
    }
    return left;
  }

  /**
   * Writes a result to disk.
   *
   * @return the disposition that publishes the result and then clears it
   * @throws IOException when it could not be written; no file is left then
   */
  public Disposition.Ack deliver(FinishedRun finished) throws IOException {
    Result result = finished.result();
    folder.write(result.run(), Codec.encode(result));
    owed.put(result.id(), result);
    CrashPoint.WORKER_RESULT_SPOOLED.reached();
    return ack(finished);
  }

  /**
   * The answer to a job that needs no run, because its result is here or was confirmed recently.
   * The result is published in both cases, because a queue may have lost it. A result of a job that
   * had the same id and asked for something else is no answer: the coordinator would refuse it.
   */
  public Optional<Disposition.Ack> deliverAgain(Job job) {
    return result(job.id()).filter(known -> job.asksTheSameAs(known.about())).map(this::delivery);
  }

  /** The result of a job, if it is here or was confirmed recently. */
  public Optional<Result> result(JobId job) {
    Result known = owed.get(job);
    return Optional.ofNullable(known == null ? delivered.get(job) : known);
  }

  /** The messages of {@link #deliverAgain}; empty for a job without a result here. */
  public List<OutgoingMessage> sent(JobId job) {
    return result(job).map(this::delivery).map(Disposition.Ack::publishFirst).orElse(List.of());
  }

  /** The files of a run whose result was confirmed within the last hour, in pieces; else empty. */
  public List<OutgoingMessage> files(JobId job, String run) throws IOException {
    return logs.pieces(job, run);
  }

  /**
   * The disposition that publishes a result that is here, with what is left of its files, and then
   * clears it. The start of the run is published again: it may have been lost, and the coordinator
   * accepts no result without it.
   */
  Disposition.Ack delivery(Result result) {
    FinishedRun finished = logs.finished(result);
    OutgoingMessage started =
        OutgoingMessage.started(
            new RunStarted(result.id(), result.run(), result.worker(), result.startedAt()));
    return new Disposition.Ack(
        LazyList.joined(List.of(List.of(started), finished.messages())),
        new Delivery(finished.result()));
  }

  /** The run of this job whose result is not confirmed yet. */
  public Optional<Presence.Underway> owed(JobId job) {
    return Optional.ofNullable(owed.get(job)).map(Spool::underway);
  }

  /** The run of this job whose result was confirmed, among the last thousand results. */
  public Optional<Presence.Underway> delivered(JobId job) {
    return Optional.ofNullable(delivered.get(job)).map(Spool::underway);
  }

  private static Presence.Underway underway(Result result) {
    return new Presence.Underway(result.id(), result.run(), result.startedAt());
  }

  /** The runs whose results are not confirmed yet. */
  public List<Presence.Underway> owed() {
    return owed.values().stream().map(Spool::underway).toList();
  }

  /** How many results are not confirmed yet. */
  public int size() {
    return owed.size();
  }

  private Disposition.Ack ack(FinishedRun finished) {
    return new Disposition.Ack(finished.messages(), new Delivery(finished.result()));
  }

  private void clear(Result result) {
    CrashPoint.WORKER_RESULT_CONFIRMED.reached();
    delivered.put(result.id(), result);
    owed.remove(result.id(), result);
    try {
      folder.delete(result.run());
    } catch (IOException e) {
      log.warn("cannot remove the result of run {}: {}; it will be sent again", result.run(), e);
    }
    logs.delivered(result);
    listener.run();
    CrashPoint.WORKER_SPOOL_CLEARED.reached();
  }

  /** Delivers another result in place of one that the broker refused. */
  private Disposition replace(Result result, String why) {
    try {
      Path kept = folder.setAside(folder.file(result.run()));
      log.error("the result of {} (run {}) is kept in {}", result.id(), result.run(), kept);
      return deliver(FinishedRun.refused(result, why, kept));
    } catch (IOException e) {
      return new Disposition.RetryLater(AFTER_TWO_REFUSALS, String.valueOf(e.getMessage()));
    }
  }

  private final class Delivery implements Disposition.PublishCallback {
    private final Result result;

    Delivery(Result result) {
      this.result = result;
    }

    @Override
    public void confirmed() {
      clear(result);
    }

    @Override
    public Disposition refused(String why) {
      return folder.hasSetAside(result.run())
          ? new Disposition.RetryLater(AFTER_TWO_REFUSALS, "no result of this job gets through")
          : replace(result, why);
    }
  }
}
