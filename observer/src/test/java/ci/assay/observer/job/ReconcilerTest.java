package ci.assay.observer.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.observer.Observer;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestBroker.Permissions;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Observers that ask about the state of their jobs, and a coordinator that answers, on a real
 * broker.
 */
@Tag("broker")
class ReconcilerTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final BrokerAddress broker = TestBroker.administered().newVirtualHost();
  private final BrokerConnection consuming = BrokerConnection.forConsuming(broker, "test");
  private final BrokerConnection publishing = BrokerConnection.forPublishing(broker, "test");
  private final ControlChannel coordinator =
      new ControlChannel(
          consuming,
          publishing,
          "coordinator",
          List.of(Binding.questions(Topology.KEY_RECONCILE)),
          this::answer,
          () -> {});
  private final List<AutoCloseable> open = new ArrayList<>();

  private final List<ReconcileRequest> questions = new CopyOnWriteArrayList<>();
  private final Set<JobId> judged = ConcurrentHashMap.newKeySet();
  private final Set<JobId> unknown = ConcurrentHashMap.newKeySet();

  private TestRepository git;

  @BeforeEach
  void start() throws InterruptedException {
    consuming.start();
    publishing.start();
    Topology.declareAtStart(consuming, List.of("default"));
    git = TestRepository.in(folder.resolve("bottle.git"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    coordinator.close();
    publishing.close();
    consuming.close();
    git.close();
  }

  @Test
  void jobWithAResultIsJudgedAndNotAskedAboutAgain() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    judged.add(id(commit));
    coordinator.start();

    observe("state");

    await().atMost(SOON).until(() -> journal("state").contains("judged " + commit));
    int asked = questions.size();
    CommitId next = git.commits(1).get(0);
    await().atMost(SOON).until(() -> questions.size() > asked);
    assertThat(questions.subList(asked, questions.size()))
        .allMatch(question -> question.jobs().equals(List.of(id(next))));
  }

  @Test
  void jobUnknownToTheCoordinatorIsPublishedAgainUnchanged() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    unknown.add(id(commit));
    observe("state");
    Job lost = takeJob();
    coordinator.start();

    assertThat(takeJob()).isEqualTo(lost);
    unknown.clear();
    judged.add(id(commit));
    await().atMost(SOON).until(() -> journal("state").contains("judged " + commit));
  }

  @Test
  void owedJobIsAskedAboutAgainAndNotPublished() throws Exception {
    git.commits(1);
    coordinator.start();

    observe("state");

    await().atMost(SOON).until(() -> questions.size() > 3);
    assertThat(countJobs()).isEqualTo(1);
  }

  @Test
  void manyJobsAreAskedAboutInSeveralQuestions() throws Exception {
    git.commits(1);
    try (Observer once = observer("state")) {
      once.pollOnce();
      git.commits(450);
    }
    coordinator.start();

    observe("state");

    await()
        .atMost(SOON)
        .until(
            () -> questions.stream().map(question -> question.jobs().size()).toList(),
            sizes -> sizes.containsAll(List.of(200, 51)));
  }

  @Test
  void twoObserversOfOneRepositoryMakeTheSameJobsAndAreBothAnswered() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    observe("one");
    observe("two");
    Job one = takeJob();
    assertThat(takeJob().id()).isEqualTo(one.id()).isEqualTo(id(first));
    coordinator.start();
    judged.add(id(first));

    CommitId second = git.commits(1).get(0);
    judged.add(id(second));

    for (String state : List.of("one", "two")) {
      await().atMost(SOON).until(() -> journal(state).contains("judged " + first));
      await().atMost(SOON).until(() -> journal(state).contains("judged " + second));
    }
    assertThat(List.of(takeJob().id(), takeJob().id())).containsOnly(id(second));
    assertThat(countJobs()).isZero();
  }

  /** For example with the permissions of an Assay before 0.2, which had no hints. */
  @Test
  void observerWithoutPermissionForHintsIsAnswered() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    judged.add(id(commit));
    coordinator.start();

    observe(
        "state",
        TestBroker.administered()
            .withUser(
                broker,
                "observer-without-hints",
                new Permissions(
                    "^amq\\.gen-.*$",
                    "^(assay\\.(jobs|inquiry)|amq\\.gen-.*)$",
                    "^(assay\\.coordinator|amq\\.gen-.*)$")));

    await().atMost(SOON).until(() -> journal("state").contains("judged " + commit));
  }

  private void answer(ReceivedMessage received) {
    if (received.message() instanceof ReconcileRequest question) {
      questions.add(question);
      coordinator.answer(
          received,
          new ReconcileReply(
              question.jobs().stream().filter(judged::contains).toList(),
              question.jobs().stream()
                  .filter(each -> !judged.contains(each) && !unknown.contains(each))
                  .toList(),
              question.jobs().stream().filter(unknown::contains).toList()));
    }
  }

  private Observer observer(String state) {
    return observer(state, broker);
  }

  private Observer observer(String state, BrokerAddress as) {
    WatchedRepository watched =
        new WatchedRepository(
            JobTerms.of(git.asRepository("bottle")),
            List.of(),
            CommitSelection.EVERY,
            0,
            Duration.ofMillis(50));
    return new Observer(
        new ObserverSettings(
            as, "test", folder.resolve(state), List.of(watched), Duration.ofMillis(200)),
        Clock.systemUTC());
  }

  private void observe(String state) throws InterruptedException {
    observe(state, broker);
  }

  private void observe(String state, BrokerAddress as) throws InterruptedException {
    Observer observer = observer(state, as);
    open.add(observer);
    observer.start();
  }

  private static JobId id(CommitId commit) {
    return JobId.of("bottle", commit, "default");
  }

  private Job takeJob() throws Exception {
    try (Channel channel = consuming.awaitOpen().createChannel()) {
      GetResponse got =
          await()
              .atMost(SOON)
              .until(
                  () -> channel.basicGet(Topology.jobsQueue("default"), true),
                  each -> each != null);
      return Codec.decode(got.getBody(), Job.class);
    }
  }

  private long countJobs() throws Exception {
    try (Channel channel = consuming.awaitOpen().createChannel()) {
      return channel.messageCount(Topology.jobsQueue("default"));
    }
  }

  private String journal(String state) throws IOException {
    Path journal = folder.resolve(state).resolve("cursors/bottle.journal");
    return Files.exists(journal) ? Files.readString(journal) : "";
  }
}
