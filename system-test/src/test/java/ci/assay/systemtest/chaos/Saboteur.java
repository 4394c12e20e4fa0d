package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Topology;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.ActiveNotice;
import ci.assay.message.Order;
import ci.assay.message.Presence;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StopRequest;
import ci.assay.message.Tick;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * An attacker with the broker user of a worker. About fifty times a second it sends messages that
 * this user can send but should not: forged jobs, results of jobs that were not queued or that
 * other workers run, answers and orders in the name of others, pieces of unknown files, and
 * garbage.
 */
final class Saboteur implements AutoCloseable {

  /** Part of each message's id, so that its messages are recognised when they are set aside. */
  static final String MARK = "saboteur";

  private static final int MILLIS_BETWEEN = 20;

  private final BrokerAddress broker;
  private final Watcher watcher;
  private final Random random;
  private final Thread thread = new Thread(this::sendUntilClosed, MARK);
  private final Map<String, Integer> sent = new TreeMap<>();
  private volatile boolean closed;

  /** Sends one message. */
  private interface Sending {
    void on(Channel channel) throws Exception;
  }

  /**
   * @param broker with a worker's user
   */
  Saboteur(BrokerAddress broker, Watcher watcher, Random random) {
    this.broker = broker;
    this.watcher = watcher;
    this.random = random;
  }

  void start() {
    thread.start();
  }

  /** Says what was sent. */
  synchronized void report() {
    if (!sent.isEmpty()) {
      System.out.printf(
          "chaos: the saboteur sent %d messages: %s%n",
          sent.values().stream().mapToInt(Integer::intValue).sum(), sent);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(20));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendUntilClosed() {
    while (!closed) {
      try {
        Mischief.onChannel(
            broker,
            channel -> {
              while (!closed) {
                sendOne(channel);
                TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN);
              }
              return "";
            });
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) { // the broker is away, or closed the channel: try again
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendOne(Channel channel) throws Exception {
    Map<String, Sending> kinds = kinds();
    String kind =
        kinds.keySet().stream().skip(random.nextInt(kinds.size())).findFirst().orElseThrow();
    Sending sending = kinds.get(kind);
    if (sending != null) {
      sending.on(channel);
      synchronized (this) {
        sent.merge(kind, 1, Integer::sum);
      }
    }
  }

  private Map<String, Sending> kinds() {
    Map<String, Sending> kinds = new TreeMap<>();
    Job own = ownJob();
    kinds.put("job to assay.dead", on -> publish(on, Topology.DEAD, "default", own));
    kinds.put("job to assay.results", on -> publish(on, Topology.RESULTS, "default", own));
    kinds.put("result of own job", on -> publish(on, Topology.RESULTS, "result", result(own)));
    kinds.put("start of own job", on -> publish(on, Topology.RESULTS, "started", start(own.id())));
    kinds.put("nonsense", this::nonsense);
    kinds.put("result of the year 100,000", on -> extremeTime(on, own));
    kinds.put("piece of own job", on -> piece(on, own.id(), 0));
    kinds.put("active", on -> publish(on, Topology.CONTROL, "", new ActiveNotice("x", "x", now())));
    kinds.put("tick", on -> publish(on, Topology.RESULTS, "tick", new Tick("x", MARK, 1, now())));
    judged().ifPresent(job -> addAboutJudged(kinds, job));
    owed().ifPresent(job -> addAboutOwed(kinds, job));
    return kinds;
  }

  private void addAboutJudged(Map<String, Sending> kinds, Job job) {
    kinds.put("result of a judged job", on -> publish(on, Topology.RESULTS, "result", result(job)));
    for (int rerun : List.of(2, 999_999_999)) {
      Job again = rerun(job, rerun);
      kinds.put(
          "result of rerun " + rerun, on -> publish(on, Topology.RESULTS, "result", result(again)));
    }
    kinds.put("judged job to assay.dead", on -> publish(on, Topology.DEAD, "default", job));
  }

  private void addAboutOwed(Map<String, Sending> kinds, Job job) {
    kinds.put("result of an owed job", on -> publish(on, Topology.RESULTS, "result", result(job)));
    kinds.put(
        "return of an owed job",
        on ->
            publish(
                on,
                Topology.RESULTS,
                "returned",
                new RunReturned(job.id(), MARK, MARK, "trouble", true, now())));
    kinds.put("piece of an owed job", on -> piece(on, job.id(), random.nextLong(1L << 40)));
    kinds.put(
        "stop", on -> publish(on, Topology.CONTROL, "", new StopRequest(job.id(), "cancelled")));
    kinds.put(
        "answer",
        on ->
            publish(
                on,
                Topology.CONTROL,
                "",
                new StartReply(job.id(), StartReply.Decision.JUDGED, 1, List.of(), null)));
    kinds.put(
        "order",
        on ->
            publish(
                on,
                Topology.INQUIRY,
                Topology.KEY_ORDER,
                new Order(Order.Kind.CANCEL, Chaos.REPOSITORY, job.commit(), null, "admin@desk")));
    kinds.put("owed job to assay.dead", on -> publish(on, Topology.DEAD, "default", evil(job)));
    kinds.put("presence", on -> publish(on, Topology.PRESENCE, "worker." + MARK, presence()));
  }

  private Optional<Job> judged() {
    return watcher.anyJudged(random).flatMap(this::job);
  }

  private Optional<Job> owed() {
    List<Pushed> missing = watcher.missing();
    return missing.isEmpty()
        ? Optional.empty()
        : job(missing.get(random.nextInt(missing.size())).commit());
  }

  private Optional<Job> job(CommitId commit) {
    Path file = watcher.variant(commit).resolve("job.json");
    try {
      return Optional.of(Codec.decodeFile(Files.readAllBytes(file), Job.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Job ownJob() {
    CommitId commit = new CommitId("%040x".formatted(random.nextInt(20)));
    return new Job(
        JobId.of(Chaos.REPOSITORY, commit, "default"),
        new Revision(
            new Repository(Chaos.REPOSITORY, "https://saboteur.invalid/x"),
            commit,
            null,
            List.of(),
            "refs/heads/main"),
        new Task(Variant.DEFAULT, 1, "exit 0", "default", 60),
        new Origin(now(), "push", null));
  }

  private static Job rerun(Job job, int number) {
    JobId id = new JobId(job.id().repository(), job.commit(), job.id().variant(), number);
    return new Job(
        id,
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(job.variant(), job.variants(), job.test(), job.pool(), job.timeoutSeconds()),
        new Origin(now(), "rerun", job.change()));
  }

  private static Job evil(Job job) {
    return new Job(
        job.id(),
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(job.variant(), job.variants(), "exit 0", job.pool(), job.timeoutSeconds()),
        new Origin(now(), "push", job.change()));
  }

  private Result result(Job job) {
    Outcome outcome = random.nextBoolean() ? Outcome.PASSED : Outcome.FAILED;
    return new Result(
        job.id(),
        new RunId(MARK + "-" + random.nextInt(1_000), 1),
        new Conclusion(outcome, null, 0, "never true"),
        new Execution(MARK, now(), now(), now(), Map.of()),
        new Findings(null, new FileSummary(random.nextInt(2) * 100L, false, null), null),
        job);
  }

  private static RunStarted start(JobId job) {
    return new RunStarted(job, MARK, MARK, now());
  }

  private static Presence presence() {
    return new Presence(
        new Presence.Sender(MARK, MARK),
        new Presence.Capacity(List.of("default"), 1_000),
        new Presence.Load(List.of(), List.of()),
        new Presence.Condition(Long.MAX_VALUE, null),
        now());
  }

  private static Instant now() {
    return Instant.ofEpochMilli(System.currentTimeMillis());
  }

  private void nonsense(Channel channel) throws IOException {
    byte[] bytes = new byte[random.nextInt(2_000)];
    random.nextBytes(bytes);
    publish(channel, Topology.RESULTS, "result", OutgoingMessage.JSON, Map.of(), bytes);
  }

  private void extremeTime(Channel channel, Job job) throws IOException {
    String json = new String(Codec.encode(result(job)), StandardCharsets.UTF_8);
    String extreme =
        json.replaceAll("\"finishedAt\":\"[^\"]*\"", "\"finishedAt\":\"+100000-01-01T00:00:00Z\"");
    publish(
        channel,
        Topology.RESULTS,
        "result",
        OutgoingMessage.JSON,
        Map.of(),
        extreme.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a kilobyte that decompresses to a megabyte. */
  private void piece(Channel channel, JobId job, long offset) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(new byte[1024 * 1024]);
    }
    Map<String, Object> headers = new HashMap<>();
    headers.put(OutgoingMessage.HEADER_JOB, job.toString());
    headers.put(OutgoingMessage.HEADER_RUN, MARK);
    headers.put(OutgoingMessage.HEADER_OFFSET, offset);
    publish(channel, Topology.RESULTS, "log", OutgoingMessage.GZIP, headers, bytes.toByteArray());
  }

  private void publish(Channel channel, String exchange, String key, Message message)
      throws IOException {
    publish(channel, exchange, key, OutgoingMessage.JSON, Map.of(), Codec.encode(message));
  }

  private void publish(
      Channel channel,
      String exchange,
      String key,
      String contentType,
      Map<String, Object> headers,
      byte[] body)
      throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .messageId(MARK + "-" + random.nextInt(1_000_000))
            .contentType(contentType)
            .headers(headers)
            .deliveryMode(2)
            .userId(broker.user())
            .build();
    channel.basicPublish(exchange, key, properties, body);
  }
}
