package ci.assay.coordinator;

import ci.assay.broker.Disposition;
import ci.assay.broker.Incoming;
import ci.assay.broker.Outgoing;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each dead letter as a file that a person can look at, beside another one that says why it
 * is there. Nothing is read out of it, so nothing in it can make it come back. A job in it was
 * given up by the broker; the place to publish such a job again is here.
 */
final class DeadLetterHandler implements StoringHandler {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);
  private static final int LONGEST_ID = 100;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final ResultsFolder folders;
  private final Disk disk;
  private final Clock clock;

  DeadLetterHandler(ResultsFolder folders, Disk disk, Clock clock) {
    this.folders = folders;
    this.disk = disk;
    this.clock = clock;
  }

  @Override
  public Disposition handle(Incoming message) throws IOException {
    String name = freeName(TIME.format(clock.instant()) + "-" + fileName(message.id()));
    Path reason = folders.dead().resolve(name + ".reason.txt");
    Path body = folders.dead().resolve(name + extension(message));
    disk.replace(reason, out -> out.write(explanation(message).getBytes(StandardCharsets.UTF_8)));
    disk.replace(body, out -> out.write(message.body()));
    disk.sync(folders.dead());
    log.error(
        "kept {} message '{}' that nobody could handle: {}",
        isJob(message) ? "the job" : "a",
        message.id(),
        body);
    return Disposition.ack();
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

  private static String extension(Incoming message) {
    return message.contentType().equals(Outgoing.JSON) ? ".json" : ".bin";
  }

  private static String explanation(Incoming message) {
    StringBuilder text = new StringBuilder();
    text.append("id: ").append(message.id()).append('\n');
    text.append("content type: ").append(message.contentType()).append('\n');
    text.append("routing key: ").append(message.routingKey()).append('\n');
    new TreeMap<>(message.headers())
        .forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private static boolean isJob(Incoming message) {
    try {
      return Codec.decode(message.body()) instanceof Job;
    } catch (InvalidInputException e) {
      return false;
    }
  }
}
