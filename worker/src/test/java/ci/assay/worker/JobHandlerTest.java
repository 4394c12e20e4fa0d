package ci.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Disposition;
import ci.assay.broker.Incoming;
import ci.assay.broker.Outgoing;
import ci.assay.broker.Topology;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Variant;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobHandlerTest {

  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");

  @TempDir Path folder;

  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final List<String> heard = new ArrayList<>();
  private boolean mayStart = true;
  private WorkFolder work;
  private Guard guard;
  private MirrorStore mirrors;
  private TestRepository repository;
  private JobHandler handler;

  @BeforeEach
  void open() throws InterruptedException {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    guard = Guard.start(work.lock(), Duration.ZERO);
    work.prepare();
    mirrors = new MirrorStore(work.mirrors());
    repository = TestRepository.in(folder.resolve("bottle.git"));
    handler =
        new JobHandler(
            new JobRunner(tools(), 1),
            (job, run) -> 3,
            new Troubles(),
            new Listener(),
            () -> mayStart);
  }

  @AfterEach
  void close() {
    guard.close();
    mirrors.close();
    repository.close();
    readers.shutdownNow();
  }

  @Test
  void theLogGoesBeforeTheResultAndBothBeforeTheAck() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Disposition.Ack ack = (Disposition.Ack) handler.handle(message(job(commit, "echo hello")));
    assertThat(ack.publishFirst())
        .extracting(Outgoing::routingKey)
        .containsExactly(Topology.KEY_LOG, Topology.KEY_RESULT);
    Result result = result(ack);
    assertThat(ack.publishFirst().get(0).id()).isEqualTo(result.run() + "@0");
    assertThat(result.attempt()).isEqualTo(3);
    assertThat(result.startedAt()).isEqualTo(NOW);
    assertThat(heard).containsExactly("started " + result.run(), "passed " + result.run());
  }

  @Test
  void aRunSeesItsWorldAndNoneOfOurs() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Variant variant = new Variant("v", Map.of("COLOUR", "red", "HOME", "/overridden"));
    Disposition.Ack ack =
        (Disposition.Ack)
            handler.handle(
                message(job(commit, "env > \"$HOME/env\"; touch \"$TMPDIR/x\"", variant)));
    String run = result(ack).run();
    Path home = work.home(repository.asRepository("bottle"), 1);
    assertThat(Files.readAllLines(home.resolve("env")))
        .contains(
            "CI=true",
            "ASSAY=true",
            "ASSAY_REPOSITORY=bottle",
            "ASSAY_COMMIT=" + commit,
            "ASSAY_REF=refs/heads/main",
            "ASSAY_JOB=bottle/" + commit + "/v",
            "ASSAY_VARIANT=v",
            "ASSAY_ATTEMPT=3",
            "ASSAY_RUN=" + run,
            "COLOUR=red",
            "HOME=" + home,
            "TMPDIR=" + work.temporary(1))
        .allMatch(
            line ->
                line.matches("(CI|ASSAY.*|COLOUR|HOME|TMPDIR|PATH|LANG|TZ|PWD|OLDPWD|SHLVL|_)=.*"));
    assertThat(work.temporary(1).resolve("x")).doesNotExist();
  }

  @Test
  void submodulesAreSaidInTheLog() throws Exception {
    CommitId inner = repository.commit("inner", Map.of("a", "1"));
    CommitId outer = repository.commit("outer", Map.of("s", TestRepository.submoduleAt(inner)));
    Disposition.Ack ack = (Disposition.Ack) handler.handle(message(job(outer, "true")));
    assertThat(work.logs().resolve(result(ack).run() + ".log"))
        .hasContent(
            "[assay] this commit has 1 submodule; submodules are not checked out, their folders are empty");
  }

  @Test
  void whatIsNoJobIsParked() throws Exception {
    assertThat(handler.handle(message("{\"type\":\"job\",\"version\":9}")))
        .isInstanceOf(Disposition.Park.class);
    assertThat(handler.handle(message("not JSON"))).isInstanceOf(Disposition.Park.class);
    assertThat(heard).isEmpty();
  }

  @Test
  void nothingStartsWhileItMayNot() throws Exception {
    mayStart = false;
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    assertThat(handler.handle(message(job(commit, "true"))))
        .isInstanceOf(Disposition.RetryLater.class);
    assertThat(heard).isEmpty();
  }

  @Test
  void aCommitThatIsGoneIsErroredOnlyAtTheThirdTry() throws Exception {
    repository.commit("one", Map.of("a", "1"));
    Incoming gone = message(job(new CommitId("1234567890123456789012345678901234567890"), "true"));
    assertThat(handler.handle(gone)).isInstanceOf(Disposition.RetryLater.class);
    assertThat(handler.handle(gone)).isInstanceOf(Disposition.RetryLater.class);
    Result result = result((Disposition.Ack) handler.handle(gone));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).contains("1234567890123456789012345678901234567890");
  }

  @Test
  void troubleOfOursIsNeverAVerdict() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    FileTree.delete(work.logs());
    for (int i = 0; i < 5; i++) {
      assertThat(handler.handle(message(job(commit, "echo hello"))))
          .isInstanceOf(Disposition.RetryLater.class);
    }
    guard.close();
    work.prepare();
    assertThat(handler.handle(message(job(commit, "echo hello"))))
        .isInstanceOf(Disposition.RetryLater.class);
  }

  private JobRunner.Tools tools() {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    WorkerSettings settings =
        new WorkerSettings(
            BrokerAddress.parse("amqp://localhost"),
            "host-1",
            1,
            List.of("default"),
            work.root(),
            Duration.ofMinutes(1),
            3,
            Duration.ZERO,
            WorkerSettings.DEFAULT_LOG_CAP);
    return new JobRunner.Tools(
        settings,
        work,
        mirrors,
        new RunProcess(guard, readers),
        new LogShelf(work.logs(), settings.logCapBytes(), clock),
        clock,
        () -> false);
  }

  private Job job(CommitId commit, String test) {
    return job(commit, test, Variant.DEFAULT);
  }

  private Job job(CommitId commit, String test, Variant variant) {
    Repository where = repository.asRepository("bottle");
    return new Job(
        JobId.of("bottle", commit, variant.name()),
        where,
        commit,
        null,
        List.of(),
        TestRepository.MAIN,
        variant,
        1,
        test,
        "default",
        60,
        Instant.EPOCH,
        "push");
  }

  private static Incoming message(Job job) {
    return message(new String(Codec.encode(job), StandardCharsets.UTF_8));
  }

  private static Incoming message(String body) {
    return new Incoming(
        "assay.jobs.default",
        Topology.JOBS,
        "default",
        "id",
        Outgoing.JSON,
        Map.of(),
        false,
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Result result(Disposition.Ack ack) {
    List<Outgoing> all = ack.publishFirst();
    return Codec.decode(all.get(all.size() - 1).body(), Result.class);
  }

  private final class Listener implements RunListener {
    @Override
    public void runStarted(Job job, String run) {
      heard.add("started " + run);
    }

    @Override
    public void runFinished(Result result) {
      heard.add(result.outcome().word() + " " + result.run());
    }
  }
}
