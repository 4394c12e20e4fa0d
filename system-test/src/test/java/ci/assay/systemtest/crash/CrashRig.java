package ci.assay.systemtest.crash;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.ControlChannel;
import ci.assay.common.CrashPoint;
import ci.assay.coordinator.artifact.ArtifactFolder;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.message.Order;
import ci.assay.message.RunStarted;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.TestCase;
import ci.assay.systemtest.Installation;
import ci.assay.systemtest.Leftovers;
import ci.assay.systemtest.Member;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A small installation: one process of each role, on a virtual host of its own. */
final class CrashRig implements AutoCloseable {

  private static final String REPOSITORY = "sample";
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration OFTEN = Duration.ofMillis(30);

  private final Path folder;
  private final BrokerAddress broker = TestBroker.shared().newVirtualHost();
  private final BrokerConnection consuming = BrokerConnection.forConsuming(broker, "test");
  private final BrokerConnection publishing = BrokerConnection.forPublishing(broker, "test");
  private final ControlChannel control =
      new ControlChannel(consuming, publishing, "test", List.of(), received -> {}, () -> {});
  private final TestRepository repository;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final List<CommitId> pushed = new ArrayList<>();

  CrashRig(Path folder) {
    this.folder = folder;
    this.repository = TestRepository.in(folder.resolve("repository"));
    add("coordinator", "--results", results().toString(), "--sweep-after", "2s");
    add("worker", "--work", work().toString(), "--drain-limit", "500ms");
    add(
        "observer",
        "--state",
        folder.resolve("state").toString(),
        "--interval",
        "200ms",
        "--reconcile",
        "1s",
        REPOSITORY + "=" + repository.path());
    consuming.start();
    publishing.start();
    control.start();
  }

  private void add(String role, String... arguments) {
    List<String> all = new ArrayList<>(List.of(role, "--broker", Installation.uri(broker)));
    all.addAll(List.of(arguments));
    members.put(role, new Member(role, folder.resolve("said"), all));
  }

  private Path results() {
    return folder.resolve("results");
  }

  private Path work() {
    return folder.resolve("work");
  }

  /** Starts all processes, and waits until the observer has seen the existing commits. */
  void start() {
    CommitId first = push("echo first");
    members.keySet().forEach(this::start);
    awaitVerdict(first);
  }

  /** Starts a process that dies at the crash point that it is told later. */
  private void start(String role) {
    member(role).start("-Dassay.crash-at=@" + crashFile(role));
  }

  private Path crashFile(String role) {
    return folder.resolve("die-" + role);
  }

  /** Tells a process that is alive to die when it next reaches this crash point. */
  void arm(String role, CrashPoint point) throws IOException {
    Path written = Files.writeString(file("die-" + role + ".new"), point.name());
    Files.move(written, crashFile(role), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Starts a process that has ended, and takes back what it was told. */
  void startAgain(String role) throws IOException {
    Files.deleteIfExists(crashFile(role));
    start(role);
  }

  Member member(String role) {
    Member member = members.get(role);
    if (member == null) {
      throw new IllegalArgumentException("no " + role);
    }
    return member;
  }

  /** Pushes a commit whose test is this script. */
  CommitId push(String script) {
    return push(script, "test: sh test.sh\n");
  }

  /** As above, keeping the files that the script writes into the folder {@code kept}. */
  CommitId pushKeeping(String script) {
    return push(script, "test: sh test.sh\nartifacts: [kept/**]\n");
  }

  /**
   * As {@link #push}, with several variants, which the script gets as {@code ASSAY_VARIANT_PART}.
   */
  CommitId pushMatrix(String script, List<String> parts) {
    return push(script, "test: sh test.sh\nvariants: {part: %s}\n".formatted(parts));
  }

  /** The contents of the artifacts of a commit, by their paths. */
  Map<String, String> artifacts(CommitId commit) throws IOException {
    ArtifactFolder folder = new ArtifactFolder(variant(commit));
    StoredArtifacts stored = folder.read().orElseThrow();
    Map<String, String> contents = new TreeMap<>();
    for (Artifact each : stored.files()) {
      try (InputStream in = folder.open(stored.find(each.path()).orElseThrow())) {
        contents.put(each.path(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  private CommitId push(String script, String pipeline) {
    CommitId commit =
        repository.commit(
            "number " + pushed.size(),
            Map.of("test.sh", script + "\n", ".assay.yml", pipeline, "number", "" + pushed.size()));
    pushed.add(commit);
    return commit;
  }

  /** A file in a folder that no process uses. */
  Path file(String name) {
    return folder.resolve(name);
  }

  Path variant(CommitId commit) {
    return results().resolve(REPOSITORY).resolve(commit.value()).resolve("default");
  }

  Verdict awaitVerdict(CommitId commit) {
    return await("verdict of " + commit, () -> verdict(commit)).orElseThrow();
  }

  /** The stored verdict, if there is one. */
  Optional<Verdict> verdict(CommitId commit) throws IOException {
    Path file = variant(commit).resolveSibling("verdict.json");
    return Files.exists(file)
        ? Optional.of(Codec.decodeVerdict(Files.readAllBytes(file)))
        : Optional.empty();
  }

  Result result(CommitId commit) throws IOException {
    return Codec.decodeFile(
        Files.readAllBytes(variant(commit).resolve("result.json")), Result.class);
  }

  String log(CommitId commit) throws IOException {
    return Files.readString(variant(commit).resolve("log.txt"));
  }

  /** The names of the test cases that are stored. */
  List<String> cases(CommitId commit) {
    return new ResultReader(results())
        .cases(REPOSITORY, commit, "default").stream().map(TestCase::name).toList();
  }

  /**
   * Gives the coordinator an order, and waits only a second, because it may die while handling it.
   */
  void order(Order.Kind kind, CommitId commit) {
    await("listening", () -> control.listeningFor().isZero() ? Optional.empty() : Optional.of(""));
    control
        .ask(
            Topology.KEY_ORDER,
            new Order(kind, REPOSITORY, commit, null, "test"),
            Duration.ofSeconds(1))
        .join();
  }

  /** Publishes that another run of a commit's job began. */
  void publishStart(CommitId commit, String run, String worker) throws Exception {
    JobId job = JobId.of(REPOSITORY, commit, "default");
    send(Topology.KEY_STARTED, job, new RunStarted(job, run, worker, Instant.now()));
  }

  /** Publishes another result for a commit that has one. */
  void publish(Result result) throws Exception {
    send(Topology.KEY_RESULT, result.id(), result);
  }

  private void send(String key, JobId job, Message message) throws Exception {
    try (Channel channel = publishing.awaitOpen().createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(
          Topology.RESULTS,
          key,
          new BasicProperties.Builder()
              .messageId(job.toString())
              .deliveryMode(2)
              .userId(publishing.user())
              .build(),
          Codec.encode(message));
      channel.waitForConfirmsOrDie(10_000);
    }
  }

  /** Deletes the jobs that wait in the queue. */
  void purgeJobs() throws Exception {
    try (Channel channel = publishing.awaitOpen().createChannel()) {
      channel.queuePurge(Topology.jobsQueue("default"));
    }
  }

  /** Waits until all messages are settled and all temporary files are gone. */
  void awaitSettled() {
    await("no message waits", () -> whenEmpty(waiting()));
    await("nothing is spooled", () -> whenEmpty(Leftovers.filesIn(work().resolve("spool"))));
    await("nothing is put aside", () -> whenEmpty(Leftovers.filesIn(work().resolve("aside"))));
    await("nothing half done", () -> whenEmpty(Leftovers.inResults(results())));
    await(
        "the observer knows that all is judged",
        () -> {
          List<CommitId> open = new ArrayList<>(pushed);
          open.removeAll(
              Leftovers.judgedIn(folder.resolve("state/cursors").resolve(REPOSITORY + ".journal")));
          return whenEmpty(open);
        });
  }

  private static Optional<String> whenEmpty(List<?> left) {
    return left.isEmpty() ? Optional.of("") : Optional.empty();
  }

  private List<String> waiting() throws Exception {
    try (Channel channel = publishing.awaitOpen().createChannel()) {
      List<String> waiting = new ArrayList<>();
      for (String queue :
          List.of(Topology.jobsQueue("default"), Topology.RESULTS_QUEUE, Topology.DEAD_QUEUE)) {
        if (channel.messageCount(queue) > 0) {
          waiting.add(queue);
        }
      }
      return waiting;
    }
  }

  /** Waits for something; if it does not come, the failure contains the output of the processes. */
  <T> Optional<T> await(String what, Callable<Optional<T>> wanted) {
    try {
      return Awaitility.await(what)
          .atMost(LIMIT)
          .pollInterval(OFTEN)
          .until(wanted, Optional::isPresent);
    } catch (ConditionTimeoutException e) {
      StringBuilder said = new StringBuilder(what).append(" did not come about; ");
      members.forEach(
          (role, member) ->
              said.append(role)
                  .append(":\n")
                  .append(String.join("\n", member.said()))
                  .append('\n'));
      throw new AssertionError(said.toString(), e);
    }
  }

  /** Ends all processes; checks that each exits with code 0 and leaves no child process. */
  void stop() throws IOException {
    for (Member each : members.values()) {
      Assertions.assertThat(each.stop()).as(each.name()).isZero();
    }
    await("no process is left", () -> whenEmpty(processes()));
  }

  private List<String> processes() throws IOException {
    return Leftovers.processesOf(folder);
  }

  @Override
  public void close() {
    members.values().forEach(Member::close);
    control.close();
    publishing.close();
    consuming.close();
    repository.close();
  }
}
