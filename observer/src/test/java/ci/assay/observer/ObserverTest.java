package ci.assay.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.poll.PollerRig;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An observer on a real broker with real repositories. */
@Execution(
    value = ExecutionMode.CONCURRENT,
    reason = "each has a virtual host and a folder of its own, and waits")
@Tag("broker")
class ObserverTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  private TestRepository git;
  private BrokerAddress broker;
  private BrokerConnection link;
  private final List<Observer> observers = new ArrayList<>();

  @BeforeEach
  void openBroker() throws InterruptedException {
    broker = TestBroker.shared().newVirtualHost();
    link = BrokerConnection.forConsuming(broker, "test");
    link.start();
    Topology.declareAtStart(link, List.of("default"));
    git = TestRepository.in(folder.resolve("bottle.git"));
  }

  @AfterEach
  void close() {
    observers.forEach(Observer::close);
    link.close();
    git.close();
  }

  @Test
  void publishesAJobForWhatIsPushedWhileItWatches() throws Exception {
    git.commits(2);
    Observer observer = observer(watched(git.asRepository("bottle")));
    observer.start();
    awaitJobs(1);

    List<CommitId> pushed = git.commits(3);

    assertThat(awaitJobs(3)).extracting(Job::commit).isEqualTo(pushed);
  }

  @Test
  void thePublishedJobIsOwedToTheCoordinatorToo() throws Exception {
    git.commits(1);
    observer(watched(git.asRepository("bottle"))).pollOnce();

    assertThat(count(Topology.jobsQueue("default"))).isEqualTo(1);
    assertThat(count(Topology.RESULTS_QUEUE))
        .as("a copy of the job, and a list of refs")
        .isEqualTo(2);
  }

  @Test
  void pollOncePublishesAllJobsOfALargePush() throws Exception {
    git.commits(1);
    observer(watched(git.asRepository("bottle"))).pollOnce();
    observers.get(0).close();
    List<CommitId> pushed = git.commits(5_000);

    observer(watched(git.asRepository("bottle"))).pollOnce();

    assertThat(awaitJobs(5_001).subList(1, 5_001)).extracting(Job::commit).isEqualTo(pushed);
  }

  @Test
  void pendingJobsArePublishedAtTheNextStart() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));
    WatchedRepository watched = watched(git.asRepository("bottle"));
    try (PollerRig died = new PollerRig(folder.resolve("state"), watched)) {
      assertThat(died.poll()).containsExactly(commit);
    }

    observer(watched).pollOnce();
    observers.get(0).close();
    observer(watched).pollOnce();

    assertThat(awaitJobs(1)).extracting(Job::commit).containsExactly(commit);
    assertThat(count(Topology.jobsQueue("default"))).isZero();
  }

  @Test
  void aRepositoryThatCannotBeReadDelaysNoOther() throws Exception {
    git.commits(1);
    Repository gone = new Repository("gone", folder.resolve("gone").toString());
    Observer observer = observer(watched(gone), watched(git.asRepository("bottle")));
    observer.start();
    awaitJobs(1);

    try (TestRepository late = TestRepository.in(folder.resolve("gone"))) {
      CommitId commit = late.commit("one", Map.of("a", "1"));
      assertThat(awaitJobs(1)).extracting(Job::commit).containsExactly(commit);
    }
  }

  @Test
  void pollOnceNamesTheUnreadableRepositoryAfterPollingTheOthers() throws Exception {
    git.commits(1);
    Repository gone = new Repository("gone", folder.resolve("gone").toString());
    Observer observer = observer(watched(gone), watched(git.asRepository("bottle")));

    assertThatThrownBy(observer::pollOnce)
        .isInstanceOf(CannotRunException.class)
        .hasMessage("gone: repository %s is not there: there is no such folder", gone.url());
    assertThat(count(Topology.jobsQueue("default"))).isEqualTo(1);
  }

  @Test
  @Tag("long")
  void pollNowPollsAtOnce() throws Exception {
    git.commits(1);
    Observer observer = observer(watched(git.asRepository("bottle"), Duration.ofHours(1)));
    observer.start();
    awaitJobs(1);
    List<CommitId> pushed = git.commits(1);

    assertThat(observer.pollNow("bottle")).isTrue();
    assertThat(observer.pollNow("other")).isFalse();

    assertThat(awaitJobs(1)).extracting(Job::commit).isEqualTo(pushed);
  }

  @Test
  void repositoriesComeChangeAndGoWhileItWatches() throws Exception {
    try (TestRepository cork = TestRepository.in(folder.resolve("cork.git"))) {
      git.commits(1);
      cork.commits(1);
      WatchedRepository bottle = watched(git.asRepository("bottle"));
      Observer observer = observer(bottle);
      observer.start();
      awaitJobs(1);

      observer.update(List.of(bottle, watched(cork.asRepository("cork"))));
      assertThat(awaitJobs(1)).extracting(each -> each.repository().name()).containsExactly("cork");
      assertThat(observer.health().repositories()).isEqualTo(2);

      observer.update(List.of(testedBy("make check", git), watched(cork.asRepository("cork"))));
      List<CommitId> changed = git.commits(1);
      Job job = awaitJobs(1).get(0);
      assertThat(job.commit()).isEqualTo(changed.get(0));
      assertThat(job.test()).isEqualTo("make check");

      observer.update(List.of(watched(cork.asRepository("cork"))));
      CommitId unseen = git.commits(1).get(0);
      cork.commits(1);
      assertThat(awaitJobs(1)).extracting(each -> each.repository().name()).containsExactly("cork");
      assertThat(observer.pollNow("bottle")).isFalse();

      observer.update(List.of(bottle));
      assertThat(awaitJobs(1)).extracting(Job::commit).containsExactly(unseen);
      assertThat(count(Topology.jobsQueue("default"))).isZero();
    }
  }

  @Test
  void anUpdateWithARepositoryThatCannotBeWatchedChangesNothing() throws Exception {
    git.commits(1);
    Observer observer = observer(watched(git.asRepository("bottle")));
    observer.start();
    awaitJobs(1);
    Files.createDirectories(folder.resolve("state/cursors/cork.journal"));

    assertThatThrownBy(() -> observer.update(List.of(watched(git.asRepository("cork")))))
        .isInstanceOf(CannotRunException.class);

    List<CommitId> pushed = git.commits(1);
    assertThat(awaitJobs(1)).extracting(Job::commit).isEqualTo(pushed);
    assertThat(observer.pollNow("bottle")).isTrue();
  }

  private static WatchedRepository testedBy(String command, TestRepository repository) {
    JobTerms plain = JobTerms.of(repository.asRepository("bottle"));
    return new WatchedRepository(
        new JobTerms(plain.repository(), command, plain.timeout(), plain.pool(), List.of()),
        List.of(),
        CommitSelection.EVERY,
        0,
        Duration.ofMillis(100));
  }

  @Test
  @Tag("own-broker")
  void pollingGoesOnWhileTheBrokerIsAway() throws Exception {
    try (TestBroker own = TestBroker.owned()) {
      git.commits(1);
      Observer observer =
          observerOn(own.address(), watched(git.asRepository("bottle"), Duration.ofMillis(50)));
      observer.start();
      await().atMost(SOON).until(() -> journal().contains("sent"));
      own.stop();

      CommitId forced = git.commit("forced away", Map.of("a", "1"));
      await().atMost(SOON).until(() -> journal().contains("pending " + forced));
      git.move(TestRepository.MAIN, git.commits(1).get(0));
      assertThat(journal()).doesNotContain("sent " + forced);

      own.start();
      await().atMost(Duration.ofSeconds(60)).until(() -> journal().contains("sent " + forced));
    }
  }

  @Test
  void twoObserversDoNotShareOneStateFolder() throws Exception {
    observer(watched(git.asRepository("bottle"))).pollOnce();

    assertThatThrownBy(() -> observer(watched(git.asRepository("bottle"))).pollOnce())
        .isInstanceOf(CannotRunException.class)
        .hasMessage(
            "state folder %s is used by another observer; give this one its own with --state",
            folder.resolve("state"));
  }

  @Test
  void twoRepositoriesWithTheSameNameAreRefused() {
    WatchedRepository one = watched(git.asRepository("bottle"));

    assertThatThrownBy(
            () ->
                new ObserverSettings(
                    broker,
                    "o",
                    folder.resolve("state"),
                    List.of(one, one),
                    ObserverSettings.DEFAULT_RECONCILE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("two repositories have the name 'bottle'");
  }

  private Observer observer(WatchedRepository... watched) {
    return observerOn(broker, watched);
  }

  private Observer observerOn(BrokerAddress address, WatchedRepository... watched) {
    Observer observer =
        new Observer(
            new ObserverSettings(
                address,
                "test",
                folder.resolve("state"),
                List.of(watched),
                ObserverSettings.DEFAULT_RECONCILE),
            Clock.systemUTC());
    observers.add(observer);
    return observer;
  }

  private static WatchedRepository watched(Repository repository) {
    return watched(repository, Duration.ofMillis(100));
  }

  private static WatchedRepository watched(Repository repository, Duration interval) {
    return new WatchedRepository(
        JobTerms.of(repository), List.of(), CommitSelection.EVERY, 0, interval);
  }

  /** Takes exactly {@code count} jobs from the queue. */
  private List<Job> awaitJobs(int count) throws Exception {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    List<Job> jobs = new ArrayList<>();
    try (Channel channel = link.awaitOpen().createChannel()) {
      channel.basicQos(count);
      channel.basicConsume(
          Topology.jobsQueue("default"),
          false,
          (tag, delivery) -> deliveries.add(delivery),
          tag -> {});
      await().atMost(SOON).until(() -> deliveries.size() == count);
      for (Delivery each : deliveries) {
        jobs.add(Codec.decode(each.getBody(), Job.class));
        channel.basicAck(each.getEnvelope().getDeliveryTag(), false);
      }
    }
    return jobs;
  }

  private long count(String queue) throws Exception {
    try (Channel channel = link.awaitOpen().createChannel()) {
      return channel.messageCount(queue);
    }
  }

  private String journal() throws IOException {
    Path journal = folder.resolve("state/cursors/bottle.journal");
    return Files.exists(journal) ? Files.readString(journal) : "";
  }
}
