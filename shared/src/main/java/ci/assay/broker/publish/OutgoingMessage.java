package ci.assay.broker.publish;

import ci.assay.broker.Topology;
import ci.assay.message.InlineFiles;
import ci.assay.message.PollRequest;
import ci.assay.message.RefTips;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.Tick;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A persistent message to publish. Compared by value, so that tests can compare what a handler
 * returned, without a broker.
 *
 * @param id the AMQP {@code messageId}
 * @param body not copied: the caller must not change it
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are large; equality is spelled out below
public record OutgoingMessage(
    String exchange,
    String routingKey,
    String id,
    String contentType,
    Map<String, Object> headers,
    byte[] body) {

  /** Header of a piece: the id of its job. */
  public static final String HEADER_JOB = "job";

  /** Header of a piece: the id of its run. */
  public static final String HEADER_RUN = "run";

  /** Header of a piece: position of its first byte in the whole file, before compression. */
  public static final String HEADER_OFFSET = "offset";

  /** Header of a piece: the {@link RunFile} it belongs to; the log where this is missing. */
  public static final String HEADER_FILE = "file";

  /** Header of a parked message: why it was parked. */
  public static final String HEADER_REASON = "reason";

  /** Header of a parked message: the queue it came from. */
  public static final String HEADER_QUEUE = "queue";

  public static final String JSON = "application/json";
  public static final String GZIP = "application/gzip";

  private static final int PERSISTENT = 2;

  public OutgoingMessage {
    headers = Map.copyOf(headers);
  }

  /** A job for its pool. */
  public static OutgoingMessage job(Job job) {
    return new OutgoingMessage(
        Topology.JOBS, job.pool(), job.id().toString(), JSON, Map.of(), Codec.encode(job));
  }

  /** Where refs point, for the coordinator. */
  public static OutgoingMessage refs(RefTips tips) {
    return new OutgoingMessage(
        Topology.JOBS,
        Topology.KEY_REFS,
        tips.repository() + "@" + tips.sequence(),
        JSON,
        Map.of(),
        Codec.encode(tips));
  }

  /** A result for the coordinator; the files of its run were published before, in pieces. */
  public static OutgoingMessage result(Result result) {
    return result(result, InlineFiles.NONE);
  }

  /** A result for the coordinator, with the short files of its run inside. */
  public static OutgoingMessage result(Result result, InlineFiles files) {
    return new OutgoingMessage(
        Topology.RESULTS,
        Topology.KEY_RESULT,
        result.id().toString(),
        JSON,
        Map.of(),
        Codec.encode(result, files));
  }

  /** That a run began. */
  public static OutgoingMessage started(RunStarted started) {
    return toCoordinator(Topology.KEY_STARTED, started.id().toString(), started);
  }

  /** That a run ended without a result. */
  public static OutgoingMessage returned(RunReturned returned) {
    return toCoordinator(Topology.KEY_RETURNED, returned.id().toString(), returned);
  }

  /** A coordinator's tick. */
  public static OutgoingMessage tick(Tick tick) {
    return toCoordinator(Topology.KEY_TICK, tick.coordinator() + "@" + tick.number(), tick);
  }

  /** A hint to observers that something was pushed; the broker returns it when none listens. */
  public static OutgoingMessage poll(PollRequest request) {
    return new OutgoingMessage(
        Topology.ORDERS,
        Topology.KEY_POLL,
        request.repository(),
        JSON,
        Map.of(),
        Codec.encode(request));
  }

  private static OutgoingMessage toCoordinator(String key, String id, Message message) {
    return new OutgoingMessage(Topology.RESULTS, key, id, JSON, Map.of(), Codec.encode(message));
  }

  /** A gzipped piece of a run's log that begins at byte {@code offset} of the whole. */
  public static OutgoingMessage logPiece(JobId job, String run, long offset, byte[] gzipped) {
    return piece(RunFile.LOG, job, run, offset, gzipped);
  }

  /** A gzipped piece of one of a run's files that begins at byte {@code offset} of the whole. */
  public static OutgoingMessage piece(
      RunFile file, JobId job, String run, long offset, byte[] gzipped) {
    Map<String, Object> headers = new HashMap<>();
    headers.put(HEADER_JOB, job.toString());
    headers.put(HEADER_RUN, run);
    headers.put(HEADER_OFFSET, offset);
    String id = run + "@" + offset;
    if (file != RunFile.LOG) {
      headers.put(HEADER_FILE, file.word());
      id = run + "/" + file.word() + "@" + offset;
    }
    return new OutgoingMessage(Topology.RESULTS, Topology.KEY_LOG, id, GZIP, headers, gzipped);
  }

  /**
   * The AMQP properties of this message.
   *
   * @param user the sending user, for the broker to verify; null where it does not
   */
  BasicProperties properties(String token, @Nullable String user) {
    Map<String, Object> all = new HashMap<>(headers);
    all.put(ConfirmedPublisher.HEADER_TOKEN, token);
    return new BasicProperties.Builder()
        .messageId(id)
        .contentType(contentType)
        .deliveryMode(PERSISTENT)
        .userId(user)
        .headers(all)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OutgoingMessage that
        && exchange.equals(that.exchange)
        && routingKey.equals(that.routingKey)
        && id.equals(that.id)
        && contentType.equals(that.contentType)
        && headers.equals(that.headers)
        && java.util.Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "%s → %s/%s (%d bytes)".formatted(id, exchange, routingKey, body.length);
  }
}
