package ci.assay.coordinator.republish;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.owed.JobState;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.coordinator.store.StoringHandler;
import ci.assay.model.Job;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles dead letters. A job is published again as long as it has no result, after a pause that
 * doubles each time; the limit of attempts decides how often it is run. Any other message is stored
 * as a file for people, beside another file with the reason; the latest of these are kept.
 */
public final class DeadLetterHandler implements StoringHandler {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);
  private static final int LONGEST_ID = 100;

  /** Two files for each message. */
  private static final int MOST_FILES = 2_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Declares the queue of a pool. */
  @FunctionalInterface
  public interface Declaring {
    void declare(String pool) throws InterruptedException;
  }

  private final ResultStore store;
  private final ResultsFolder folders;
  private final Disk disk;
  private final Declaring queues;
  private final Clock clock;
  private final RepublishCounts repetitions;

  public DeadLetterHandler(
      ResultStore store, ResultsFolder folders, Disk disk, Declaring queues, Clock clock) {
    this.store = store;
    this.folders = folders;
    this.disk = disk;
    this.queues = queues;
    this.clock = clock;
    this.repetitions = new RepublishCounts(clock);
  }

  @Override
  public Disposition handle(IncomingMessage message) throws IOException, InterruptedException {
    Job job = jobIn(message);
    JobState state = job == null ? JobState.UNKNOWN : store.state(job.id());
    return switch (state) {
      case UNKNOWN -> keep(message);
      case JUDGED -> Disposition.ack();
      case OWED -> handle(store.job(Objects.requireNonNull(job).id()).orElseThrow());
    };
  }

  /**
   * Publishes the job as it was stored when it was queued, never as it is in the message: everybody
   * with permission to write dead letters can send one.
   */
  private Disposition handle(Job stored) throws InterruptedException {
    Duration pause = repetitions.pauseBefore(stored.id());
    if (!pause.isZero()) {
      return repetitions.mayWait(stored.id(), pause)
          ? new Disposition.RetryLater(pause, "published again a moment ago")
          : Disposition.ack(); // another message of this job waits already
    }
    queues.declare(stored.pool());
    log.warn("{} was given up by the broker: published again", stored.id());
    return new Disposition.Ack(List.of(OutgoingMessage.job(stored)));
  }

  private Disposition keep(IncomingMessage message) throws IOException {
    String name = freeName(TIME.format(clock.instant()) + "-" + fileName(message.id()));
    Path reason = folders.dead().resolve(name + ".reason.txt");
    Path body = folders.dead().resolve(name + extension(message));
    disk.replace(reason, out -> out.write(explanation(message).getBytes(StandardCharsets.UTF_8)));
    disk.replace(body, out -> out.write(message.body()));
    removeOldest();
    disk.sync(folders.dead());
    log.error("kept message '{}' that nobody could handle: {}", message.id(), body);
    return Disposition.ack();
  }

  /** Names begin with the time, so the oldest sort first. */
  private void removeOldest() throws IOException {
    List<Path> files = ResultsFolder.list(folders.dead());
    if (files.size() > MOST_FILES) {
      files.sort(null);
      for (Path file : files.subList(0, files.size() - MOST_FILES)) {
        Files.deleteIfExists(file);
      }
      log.warn("more than {} files in {}: removed the oldest", MOST_FILES, folders.dead());
    }
  }

  private String freeName(String wanted) {
    String name = wanted;
    for (int i = 2; Files.exists(folders.dead().resolve(name + ".reason.txt")); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }

  private static String fileName(String id) {
    String name = id.replaceAll("[^A-Za-z0-9._-]", "_");
    return name.isEmpty() ? "no-id" : name.substring(0, Math.min(name.length(), LONGEST_ID));
  }

  private static String extension(IncomingMessage message) {
    return message.contentType().equals(OutgoingMessage.JSON) ? ".json" : ".bin";
  }

  private static String explanation(IncomingMessage message) {
    StringBuilder text = new StringBuilder();
    text.append("id: ").append(message.id()).append('\n');
    text.append("content type: ").append(message.contentType()).append('\n');
    text.append("routing key: ").append(message.routingKey()).append('\n');
    new TreeMap<>(message.headers())
        .forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private static @Nullable Job jobIn(IncomingMessage message) {
    try {
      return Codec.decode(message.body()) instanceof Job job ? job : null;
    } catch (InvalidInputException e) {
      return null;
    }
  }
}
