package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Manual changes to the queues. */
final class Mischief {

  static final List<String> QUEUES =
      List.of(Topology.jobsQueue("default"), Topology.RESULTS_QUEUE, Topology.DEAD_QUEUE);

  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(20);

  private final BrokerAddress broker;
  private final Watcher watcher;
  private final AtomicInteger purgedResults = new AtomicInteger();

  /** An action with a channel of its own. */
  interface OnChannel<T> {
    T with(Channel channel) throws Exception;
  }

  Mischief(BrokerAddress broker, Watcher watcher) {
    this.broker = broker;
    this.watcher = watcher;
  }

  /** Purges a queue; returns the number of messages. */
  int purge(String queue) throws Exception {
    int count = onChannel(broker, channel -> channel.queuePurge(queue).getMessageCount());
    if (queue.equals(Topology.RESULTS_QUEUE)) {
      purgedResults.addAndGet(count);
    }
    return count;
  }

  /**
   * How many messages were purged from the results queue. Each may have been the copy of a job, so
   * that the coordinator sets aside the result of its run, and the job is run again.
   */
  int purgedResults() {
    return purgedResults.get();
  }

  /** Consumes all messages of a queue without other consumers, and describes each. */
  List<String> drain(String queue) throws Exception {
    return onChannel(
        broker,
        channel -> {
          List<String> found = new CopyOnWriteArrayList<>();
          int waiting = channel.queueDeclarePassive(queue).getMessageCount();
          channel.basicConsume(
              queue,
              true,
              (tag, message) ->
                  found.add(
                      message.getEnvelope().getRoutingKey()
                          + " "
                          + message.getProperties().getMessageId()),
              tag -> {});
          Awaitility.await().atMost(DRAIN_LIMIT).until(() -> found.size() >= waiting);
          return found;
        });
  }

  /** Publishes the job of a commit that has its verdict once more. */
  String repeatJob(Random random) throws Exception {
    Optional<CommitId> judged = watcher.anyJudged(random);
    if (judged.isEmpty()) {
      return "";
    }
    CommitId commit = judged.orElseThrow();
    Path file = watcher.variant(commit).resolve("job.json");
    Job job = Codec.decodeFile(Files.readAllBytes(file), Job.class);
    publish(Topology.JOBS, job.pool(), job.id().toString(), job);
    return commit.value();
  }

  /** Publishes another result, with another outcome, for a commit that has its verdict. */
  String repeatResult(Random random) throws Exception {
    Optional<CommitId> judged = watcher.anyJudged(random);
    if (judged.isEmpty()) {
      return "";
    }
    CommitId commit = judged.orElseThrow();
    Result stored = watcher.result(commit);
    Result other =
        new Result(
            stored.id(),
            new RunId("chaos-" + UUID.randomUUID(), stored.attempt()),
            new Conclusion(
                stored.outcome() == Outcome.PASSED ? Outcome.FAILED : Outcome.PASSED,
                null,
                0,
                "never true"),
            new Execution(
                "nobody",
                stored.queuedAt(),
                stored.startedAt(),
                stored.finishedAt(),
                stored.phasesMillis()),
            new Findings(null, new FileSummary(0, false, null), null),
            stored.about());
    publish(Topology.RESULTS, Topology.KEY_RESULT, stored.id().toString(), other);
    return commit.value();
  }

  private void publish(String exchange, String key, String id, Message message) throws Exception {
    onChannel(
        broker,
        channel -> {
          channel.confirmSelect();
          BasicProperties properties =
              new BasicProperties.Builder()
                  .messageId(id)
                  .contentType(OutgoingMessage.JSON)
                  .deliveryMode(2)
                  .userId(broker.user())
                  .build();
          channel.basicPublish(exchange, key, properties, Codec.encode(message));
          channel.waitForConfirmsOrDie(10_000);
          return "";
        });
  }

  static <T> T onChannel(BrokerAddress broker, OnChannel<T> action) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(broker.host());
    factory.setPort(broker.port());
    factory.setUsername(broker.user());
    factory.setPassword(broker.password());
    factory.setVirtualHost(broker.virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    try (Connection connection = factory.newConnection("chaos");
        Channel channel = connection.createChannel()) {
      return action.with(channel);
    }
  }
}
