package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import ci.assay.broker.consume.Route;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.common.Backoff;
import ci.assay.common.InvalidInputException;
import ci.assay.git.MirrorStore;
import ci.assay.message.RunReturned;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.Ruling;
import ci.assay.model.RunFile;
import ci.assay.model.StepResult;
import ci.assay.model.Surroundings;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.report.TestCounts;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit;
import ci.assay.worker.command.CommandRunner;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.container.ImageChoice;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.Undeletable;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.readiness.Readiness;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.RunFiles;
import ci.assay.worker.spool.Spool;
import java.io.IOException;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JobHandlerTest {

  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");

  /** By how many nanoseconds the clock advances each time that it is read. */
  private final AtomicLong between = new AtomicLong(Duration.ofMinutes(1).toNanos());

  private final AtomicLong now = new AtomicLong();
  private final RepositoryBackoff reachability =
      new RepositoryBackoff(() -> now.addAndGet(between.get()));

  @TempDir Path folder;

  private final ExecutorService readers = Executors.newCachedThreadPool();
  private final List<CommandRunner> shells = new ArrayList<>();
  private final List<String> received = new ArrayList<>();
  private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
  private final DiskSpace disk = new DiskSpace(free::get, 500L << 20);
  private final Readiness readiness =
      new Readiness(
          disk,
          () -> Optional.of("still bad"),
          new Backoff(Duration.ofHours(1), Duration.ofHours(1)),
          () -> true,
          may -> {});
  private final List<OutgoingMessage> published = new CopyOnWriteArrayList<>();
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final ActiveRuns runs = new ActiveRuns(clock);
  private final AtomicBoolean isStopping = new AtomicBoolean();
  private int variants;
  private boolean mayStart = true;
  private @Nullable Error thrown;
  private @Nullable Exception imageTrouble;
  private @Nullable Disposition refusal;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private WorkFolder work;
  private Quarantine quarantine;
  private GuardProcess guard;
  private MirrorStore mirrors;
  private TestRepository repository;
  private JobHandler handler;

  @BeforeEach
  void open() throws Exception {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    guard = GuardProcess.start(work.lock(), Duration.ZERO);
    work.prepare();
    quarantine = new Quarantine(work);
    mirrors = new MirrorStore(work.mirrors());
    repository = TestRepository.in(folder.resolve("bottle.git"));
    handler = handler();
  }

  @AfterEach
  void close() {
    readiness.close();
    shells.forEach(CommandRunner::close);
    quarantine.close();
    guard.close();
    mirrors.close();
    repository.close();
    readers.shutdownNow();
  }

  @Test
  void aLongLogGoesBeforeTheResultAndBothBeforeTheAck() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Disposition.Ack ack =
        (Disposition.Ack) decide(handler, message(job(commit, "seq 5000; echo hello")));
    assertThat(ack.publishFirst())
        .extracting(OutgoingMessage::routingKey)
        .containsExactly(Topology.KEY_LOG, Topology.KEY_RESULT);
    Result result = result(ack);
    assertThat(ack.publishFirst().get(0).id()).isEqualTo(result.run() + "@0");
    assertThat(result.attempt()).isEqualTo(3);
    assertThat(result.startedAt()).isEqualTo(NOW);
    assertThat(received).containsExactly("started " + result.run(), "passed " + result.run());
  }

  @Test
  void stepsRunInOneTreeEachWithItsVariablesAndAPartOfTheLog() throws Exception {
    CommitId commit =
        repository.commit(
            "steps",
            Map.of(
                ".assay.yaml",
                """
                env: {ALL: "all-{n}"}
                variants: {n: [1, 2]}
                steps:
                  - run: echo $ALL $ASSAY_VARIANT_N > file
                  - name: look
                    run: cat file; echo {n} $OWN; test -z "$ASSAY_NONE"
                    env: {OWN: "of {n}", TZ: UTC}
                  - name: fails
                    run: exit 3
                  - name: tells
                    if: failed
                    run: printf told
                """));
    Variant second = new Variant("2", Map.of("ASSAY_VARIANT_N", "2"));
    Disposition.Ack ack = (Disposition.Ack) decide(handler, message(job(commit, "false", second)));
    Result result = result(ack);
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.summary()).isEqualTo("step 'fails': exit code 3");
    assertThat(result.cause()).isEqualTo("step 'fails': exit code 3");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.steps())
        .extracting(StepResult::name, StepResult::outcome, StepResult::exitCode)
        .containsExactly(
            tuple("step-1", Outcome.PASSED, 0),
            tuple("look", Outcome.PASSED, 0),
            tuple("fails", Outcome.FAILED, 3),
            tuple("tells", Outcome.PASSED, 0));
    assertThat(log(ack))
        .isEqualTo("--- step-1\n--- look\nall-2 2\n2 of 2\n--- fails\n--- tells\ntold");
  }

  @Test
  void aSecondTryHasACleanTreeAndItsPassIsFlaky() throws Exception {
    CommitId commit =
        repository.commit(
            "flaky",
            Map.of(
                ".assay.yml",
                "test: 'cat left; echo x > left; echo Ran 3 tests in 0.1s; echo OK;"
                    + " echo >> $HOME/tries; test $(cat $HOME/tries | wc -l) = 2'\n"
                    + "retry: {failed: 1}\n"));
    Disposition.Ack ack = (Disposition.Ack) decide(handler, message(job(commit, "false")));
    Result result = result(ack);
    assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(result.flaky()).isTrue();
    assertThat(result.summary()).startsWith("flaky, passed at try 2; ");
    assertThat(result.tests()).isEqualTo(new TestCounts(3, 0, 0, 0));
    assertThat(result.steps())
        .extracting(StepResult::round, StepResult::outcome)
        .containsExactly(tuple(1, Outcome.FAILED), tuple(2, Outcome.PASSED));
    assertThat(log(ack)).containsOnlyOnce("[assay] try 2 of 2\n--- test\n").doesNotContain("\nx\n");
  }

  @Test
  void whatARunWritesAboutItselfIsInItsResult() throws Exception {
    CommitId commit =
        repository.commit(
            "written",
            Map.of(
                ".assay.yml",
                """
                steps:
                - run: "echo '## Sizes' > $ASSAY_SUMMARY"
                - run: "echo '- jar 3 MB' >> $ASSAY_SUMMARY; exit 1"
                """));
    Result result = result((Disposition.Ack) decide(handler, message(job(commit, "false"))));
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.markdown()).isEqualTo("## Sizes\n- jar 3 MB\n");

    CommitId next = repository.commit("nothing written", Map.of(".assay.yml", "test: 'true'\n"));
    assertThat(result((Disposition.Ack) decide(handler, message(job(next, "false")))).markdown())
        .isNull();
  }

  @Test
  void whatTheObserverRuledIsNotRun() throws Exception {
    CommitId commit = repository.commit("docs", Map.of("a", "1"));
    Job job = job(commit, "touch $HOME/ran");
    Task ruled =
        new Task(Variant.DEFAULT, 1, "false", "default", 60, Ruling.skipped("touches nothing"));
    Job skipped = new Job(job.id(), job.revision(), ruled, job.origin());
    Result result = result((Disposition.Ack) decide(handler, message(skipped)));
    assertThat(result.outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(result.cause()).isEqualTo("touches nothing");
    assertThat(result.phasesMillis()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "default | no variant 'default': whoever queued this job does not know 'variants'",
        "3 | no variant '3'",
      })
  void aVariantThatTheFileDoesNotHaveIsErrored(String variant, String cause) throws Exception {
    CommitId commit = repository.commit("m", Map.of(".assay.yml", "variants: {n: [1, 2]}\n"));
    Job job = job(commit, "true", new Variant(variant, Map.of()));
    Result result = result((Disposition.Ack) decide(handler, message(job)));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).contains(cause);
  }

  @Test
  void twoFilesAreOneTooMany() throws Exception {
    CommitId commit =
        repository.commit("two", Map.of(".assay.yml", "test: a\n", ".assay.yaml", "test: b\n"));
    Result result = result((Disposition.Ack) decide(handler, message(job(commit, "true"))));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).isEqualTo(".assay.yml: there is also .assay.yaml; keep one of them");
  }

  /** The log that is in the result, of a run that printed little. */
  private static String log(Disposition.Ack ack) {
    List<OutgoingMessage> all = ack.publishFirst();
    byte[] body = all.get(all.size() - 1).body();
    return new String(
        Codec.inlineFiles(body).contentOf(RunFile.LOG, result(ack)).orElseThrow(),
        StandardCharsets.UTF_8);
  }

  @Test
  void aRunSeesItsWorldAndNoneOfOurs() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Variant variant = new Variant("v", Map.of("COLOUR", "red", "HOME", "/overridden"));
    Disposition.Ack ack =
        (Disposition.Ack)
            decide(
                handler, message(job(commit, "env > \"$HOME/env\"; touch \"$TMPDIR/x\"", variant)));
    String run = result(ack).run();
    Path home = work.home(repository.asRepository("bottle"), 1);
    Path temporary = placeIn(work).resolve("tmp");
    assertThat(Files.readAllLines(home.resolve("env")))
        .contains(
            "CI=true",
            "ASSAY=true",
            "ASSAY_REPOSITORY=bottle",
            "ASSAY_REPOSITORY_URL=" + repository.path(),
            "ASSAY_COMMIT=" + commit,
            "ASSAY_REF=refs/heads/main",
            "ASSAY_JOB=bottle/" + commit + "/v",
            "ASSAY_VARIANT=v",
            "ASSAY_ATTEMPT=3",
            "ASSAY_RUN=" + run,
            "COLOUR=red",
            "HOME=" + home,
            "TMPDIR=" + temporary)
        .allMatch(
            line ->
                line.matches("(CI|ASSAY.*|COLOUR|HOME|TMPDIR|PATH|LANG|TZ|PWD|OLDPWD|SHLVL|_)=.*"));
    assertThat(temporary.resolve("x")).doesNotExist();
  }

  /** The only place in the work folder. */
  private static Path placeIn(WorkFolder work) throws IOException {
    try (Stream<Path> places = Files.list(work.root().resolve("slots/1"))) {
      return places.findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".git", "..", "../..", "$TMPDIR", "$TMPDIR/.."})
  void nothingThatARunLeavesAroundItsTreeMeetsTheNextOne(String place) throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    String test = "cd %s && mkdir build && touch file && ln -s / link".formatted(place);
    assertThat(outcomeOf(commit, test)).isEqualTo(Outcome.PASSED);
    assertThat(outcomeOf(commit, test)).isEqualTo(Outcome.PASSED);
  }

  @Tag("root")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "touch f && chattr +i f",
        "mkdir -p d/e && touch d/e/f && chattr +i d/e && chattr +i .",
        "mkdir m && mount --bind KEPT m",
        "mkdir -p m/n && mount -t tmpfs none m/n && touch m/n/f",
        "mount --bind KEPT ."
      })
  void whatCannotBeDeletedCostsNoRunItsVerdict(String leaving) throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1", "d/b", "2"));
    Path kept = Files.createDirectories(folder.resolve("kept/inside"));
    Files.writeString(kept.resolve("file"), "precious");
    try (Undeletable unused = Undeletable.in(folder)) {
      for (String place : List.of(".", "d", ".git", "..", "../..", "$TMPDIR")) {
        String leave = leaving.replace("KEPT", folder.resolve("kept").toString());
        String test =
            "test -f a && test -z \"$(ls -A $TMPDIR)\" && test \"$(ls -A .. | xargs)\" = 'tmp tree'";
        String both = "%s && cd %s && { %s; } && sleep 0".formatted(test, place, leave);
        assertThat(outcomeOf(commit, both)).as(place).isEqualTo(Outcome.PASSED);
        assertThat(outcomeOf(commit, test)).as("after %s", place).isEqualTo(Outcome.PASSED);
        assertThat(kept.resolve("file")).hasContent("precious");
      }
      assertThat(readiness.takesNothing()).isEmpty();
      work.prepare();
      assertThat(kept.resolve("file")).hasContent("precious");
    }
  }

  private Outcome outcomeOf(CommitId commit, String test) throws Exception {
    Variant variant = new Variant("v" + ++variants, Map.of());
    return result((Disposition.Ack) decide(handler, message(job(commit, test, variant)))).outcome();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-tool --all", "A=1 no-such-tool && echo yes"})
  void aCommandWhoseProgramIsMissingIsErroredAndNamesIt(String test) throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Result result = result((Disposition.Ack) decide(handler, message(job(commit, test))));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).contains("'no-such-tool'", "install it on the workers");
    assertThat(result.summary()).isEqualTo("'no-such-tool' was not found");
    assertThat(result.exitCode()).isNull();
    assertThat(result.log().bytes()).as("what the shell said").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh run.sh", "true && no-such-tool", "echo a; no-such-tool", "exit 127"})
  void anExitCodeOf127OfAProgramThatIsThereIsTheCommitsOwnFailure(String test) throws Exception {
    CommitId commit = repository.commit("one", Map.of("run.sh", "no-such-tool\n"));
    Result result = result((Disposition.Ack) decide(handler, message(job(commit, test))));
    assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(result.exitCode()).isEqualTo(127);
    assertThat(result.cause()).isNull();
  }

  @Test
  void theKernelTakesARunBeforeItsWorker() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    String test =
        "cat /proc/self/oom_score_adj > \"$HOME/oom\"; sh -c 'cat /proc/self/oom_score_adj' >> \"$HOME/oom\"";
    String ours = Files.readString(Path.of("/proc/self/oom_score_adj"));
    decide(handler, message(job(commit, test)));
    Path home = work.home(repository.asRepository("bottle"), 1);
    assertThat(home.resolve("oom")).hasContent("1000\n1000\n");
    assertThat(Path.of("/proc/self/oom_score_adj")).hasContent(ours);
  }

  @ParameterizedTest
  @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, AssertionError.class})
  void anErrorThrownByARunIsTroubleThatCountsAsAnAttempt(Class<? extends Error> kind)
      throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Error error = kind.getConstructor().newInstance();
    thrown = error;
    Disposition.RetryLater retry =
        (Disposition.RetryLater) decide(handler, message(job(commit, "true")));
    RunReturned returned = returned(retry.publishFirst().get(0));
    assertThat(returned.trouble()).isTrue();
    assertThat(retry.reason()).contains(kind.getSimpleName());
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void submodulesAreSaidInTheLog() throws Exception {
    CommitId inner = repository.commit("inner", Map.of("a", "1"));
    CommitId outer = repository.commit("outer", Map.of("s", TestRepository.submoduleAt(inner)));
    Disposition.Ack ack = (Disposition.Ack) decide(handler, message(job(outer, "true")));
    assertThat(work.logs().resolve(result(ack).run() + ".log"))
        .hasContent(
            "[assay] this commit has 1 submodule; submodules are not checked out, their folders are empty; 'submodules: true' in .assay.yml asks for them");
  }

  @Test
  void submodulesThatAreAskedForAreThere() throws Exception {
    try (TestRepository lib = TestRepository.in(folder.resolve("lib.git"))) {
      CommitId inner = lib.commit("inner", Map.of("lib.txt", "the library"));
      CommitId outer =
          repository.commit(
              "outer",
              Map.of(
                  ".assay.yml", "submodules: true\n",
                  ".gitmodules", "[submodule \"x\"]\npath = s\nurl = ../lib.git\n",
                  "s", TestRepository.submoduleAt(inner)));
      Disposition.Ack ack = (Disposition.Ack) decide(handler, message(job(outer, "cat s/lib.txt")));
      assertThat(result(ack).outcome()).isEqualTo(Outcome.PASSED);
      assertThat(work.logs().resolve(result(ack).run() + ".log")).hasContent("the library");
    }
  }

  @Test
  void aSubmoduleThatCannotBeHadIsErroredAtTheThirdTryAndIsNoTroubleOfTheRepository()
      throws Exception {
    CommitId nowhere = new CommitId("1234567890123456789012345678901234567890");
    CommitId outer =
        repository.commit(
            "outer",
            Map.of(
                ".assay.yml", "submodules: true\n",
                ".gitmodules", "[submodule \"x\"]\npath = s\nurl = https://nothing.invalid/x\n",
                "s", TestRepository.submoduleAt(nowhere)));
    IncomingMessage message = message(job(outer, "true"));
    assertThat(decide(handler, message)).isInstanceOf(Disposition.HoldThenRetry.class);
    assertThat(decide(handler, message)).isInstanceOf(Disposition.HoldThenRetry.class);
    Result result = result((Disposition.Ack) decide(handler, message));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).startsWith("submodule 's': repository https://nothing.invalid/x");
  }

  @Test
  void aRepositoryOfAKindThatIsNotReadIsErroredAtOnce() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    repository.git("config", "remote.origin.promisor", "true");
    Result result = result((Disposition.Ack) decide(handler, message(job(commit, "true"))));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).contains("is a partial clone");
  }

  @Test
  void whatIsNoJobIsParked() throws Exception {
    assertThat(decide(handler, message("{\"type\":\"job\",\"version\":9}")))
        .isInstanceOf(Disposition.Park.class);
    assertThat(decide(handler, message("not JSON"))).isInstanceOf(Disposition.Park.class);
    assertThat(received).isEmpty();
  }

  @Test
  void aDeliveryThatIsNotTheFirstIsToldOf() throws Exception {
    Job job = job(repository.commit("one", Map.of("a", "1")), "true");
    IncomingMessage first = message(job);
    mayStart = false;
    decide(handler, first);
    assertThat(received).isEmpty();
    decide(
        handler,
        new IncomingMessage(
            new Route(first.queue(), first.exchange(), first.routingKey()),
            first.id(),
            first.contentType(),
            first.headers(),
            true,
            first.body()));
    assertThat(received).containsExactly("redelivered " + job.id());
  }

  @Test
  void nothingStartsWhileItMayNot() throws Exception {
    mayStart = false;
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    assertThat(decide(handler, message(job(commit, "true"))))
        .isInstanceOf(Disposition.RetryLater.class);
    assertThat(received).isEmpty();
  }

  @Test
  void aCommitThatIsGoneIsErroredOnlyAtTheThirdTry() throws Exception {
    repository.commit("one", Map.of("a", "1"));
    IncomingMessage gone =
        message(job(new CommitId("1234567890123456789012345678901234567890"), "true"));
    assertThat(decide(handler, gone)).isInstanceOf(Disposition.HoldThenRetry.class);
    assertThat(decide(handler, gone)).isInstanceOf(Disposition.HoldThenRetry.class);
    Result result = result((Disposition.Ack) decide(handler, gone));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).contains("1234567890123456789012345678901234567890");
  }

  @Test
  void aPathWithoutTheRepositoryIsNoVerdictButLeftToAWorkerThatHasIt() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Repository elsewhere = new Repository("bottle", folder.resolve("elsewhere.git").toString());
    IncomingMessage unseen = message(job(elsewhere, commit, "true", Variant.DEFAULT));
    for (int i = 0; i < 5; i++) {
      Disposition.HoldThenRetry back = (Disposition.HoldThenRetry) decide(handler, unseen);
      RunReturned returned = returned(back.publishFirst().get(0));
      assertThat(returned.needsAnotherWorker()).isTrue();
      assertThat(returned.reason()).contains("elsewhere.git is not there");
    }
    assertThat(readiness.takesNothing()).as("it is good for other repositories").isEmpty();
    Files.move(folder.resolve("bottle.git"), folder.resolve("elsewhere.git"));
    assertThat(result((Disposition.Ack) decide(handler, unseen)).outcome())
        .isEqualTo(Outcome.PASSED);
  }

  private IncomingMessage inImage() throws Exception {
    String file = "test: test -z \"$LANG\"\nimage: maven:3.9\n"; // an image has its own LANG
    return message(job(repository.commit("in an image", Map.of(".assay.yml", file)), null));
  }

  @Test
  void resultSaysInWhichImageTheCommandRan() throws Exception {
    Result result = result((Disposition.Ack) decide(handler, inImage()));
    assertThat(result.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(result.execution().surroundings())
        .isEqualTo(new Surroundings("container", "maven:3.9", "sha256:ab"));
    CommitId plain = repository.commit("plain", Map.of(".assay.yml", "test: 'true'"));
    assertThat(
            result((Disposition.Ack) decide(handler, message(job(plain, null))))
                .execution()
                .surroundings())
        .isEqualTo(new Surroundings("process"));
  }

  @Test
  void commitThatWantsAContainerIsLeftToAWorkerThatHasAnEngine() throws Exception {
    IncomingMessage contained = inImage();
    imageTrouble = new UnfitWorkerException("no engine here", "install one");
    for (int i = 0; i < 4; i++) {
      Disposition.HoldThenRetry back = (Disposition.HoldThenRetry) decide(handler, contained);
      RunReturned returned = returned(back.publishFirst().get(0));
      assertThat(returned.needsAnotherWorker()).isTrue();
      assertThat(returned.reason()).isEqualTo("no engine here");
      assertThat(returned.mend()).isEqualTo("install one");
    }
    assertThat(readiness.takesNothing()).as("it is good for other commits").isEmpty();
  }

  @Test
  void engineOrRegistryThatIsAwayCostsNoAttemptHoweverLong() throws Exception {
    IncomingMessage contained = inImage();
    imageTrouble = new AwayException("the registry does not answer", false);
    for (int i = 0; i < 10; i++) {
      Disposition.HoldThenRetry back = (Disposition.HoldThenRetry) decide(handler, contained);
      RunReturned returned = returned(back.publishFirst().get(0));
      assertThat(returned.trouble()).isFalse();
      assertThat(returned.needsAnotherWorker()).isFalse();
      assertThat(returned.reason()).isEqualTo("the registry does not answer");
    }
    assertThat(readiness.takesNothing()).as("others do without it").isEmpty();
    imageTrouble = new AwayException("the engine does not answer", true);
    decide(handler, contained);
    assertThat(readiness.takesNothing()).contains("the engine does not answer");
    imageTrouble = null;
    assertThat(result((Disposition.Ack) decide(handler, contained)).outcome())
        .isEqualTo(Outcome.PASSED);
  }

  @Test
  void imageThatNobodyHasIsAVerdictWithTheCause() throws Exception {
    imageTrouble = new InvalidInputException("image maven:3.9 is not available: manifest unknown");
    Result result = result((Disposition.Ack) decide(handler, inImage()));
    assertThat(result.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(result.cause()).isEqualTo("image maven:3.9 is not available: manifest unknown");
    assertThat(result.execution().surroundings().image()).isEqualTo("maven:3.9");
  }

  @Test
  void troubleOfOursIsNeverAVerdict() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    FileTree.delete(work.logs());
    for (int i = 0; i < 5; i++) {
      Disposition.RetryLater again =
          (Disposition.RetryLater) decide(handler, message(job(commit, "echo hello")));
      RunReturned returned = returned(again.publishFirst().get(0));
      assertThat(returned.trouble()).isTrue();
      assertThat(returned.reason()).contains(work.logs().toString());
      assertThat(returned.worker()).isEqualTo("host-1");
    }
    assertThat(work.spool()).isEmptyDirectory();
    assertThat(readiness.takesNothing())
        .hasValueSatisfying(why -> assertThat(why).contains("logs"));
    guard.close();
    work.prepare();
    assertThat(decide(handler, message(job(commit, "echo hello"))))
        .isInstanceOf(Disposition.RetryLater.class);
  }

  @Test
  void theResultIsOnTheDiskBeforeItIsPublishedAndUntilItIsConfirmed() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Disposition.Ack ack = (Disposition.Ack) decide(handler, message(job(commit, "echo hello")));
    Path file = work.spool().resolve(result(ack).run() + ".json");
    assertThat(Codec.decode(Files.readAllBytes(file), Result.class)).isEqualTo(result(ack));
    ack.callback().confirmed();
    assertThat(work.spool()).isEmptyDirectory();
  }

  @Test
  void aJobWhoseResultIsHereIsAnsweredAndNotRunAgain() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    IncomingMessage message = message(job(commit, "echo hello"));
    Disposition.Ack first = (Disposition.Ack) decide(handler, message);
    mayStart = false;
    assertIsAnsweredAgain(first, decide(handler, message));
    assertIsAnsweredAgain(first, decide(handler(), message)); // of a worker that was restarted
    first.callback().confirmed();
    assertIsAnsweredAgain(first, decide(handler, message));
    assertThat(received).hasSize(2);
  }

  /** As after a restored backup, when the observer's options were changed meanwhile. */
  @Test
  void aJobThatAsksForSomethingElseUnderTheIdOfAnEarlierOneIsRun() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Disposition.Ack first = (Disposition.Ack) decide(handler, message(job(commit, "true")));
    first.callback().confirmed();

    Disposition.Ack second = (Disposition.Ack) decide(handler, message(job(commit, "exit 3")));
    assertThat(result(second).exitCode()).isEqualTo(3);
    second.callback().confirmed();
    assertIsAnsweredAgain(second, decide(handler, message(job(commit, "exit 3"))));
  }

  /** Asserts that the answer publishes the start of the run, and then the same messages again. */
  private static void assertIsAnsweredAgain(Disposition.Ack first, Disposition answer) {
    List<OutgoingMessage> sent = ((Disposition.Ack) answer).publishFirst();
    assertThat(sent.get(0).routingKey()).isEqualTo(Topology.KEY_STARTED);
    assertThat(sent.subList(1, sent.size())).isEqualTo(first.publishFirst());
  }

  @Test
  void aRunThatIsStoppedIsSaidToHaveEnded() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path begun = folder.resolve("begun");
    CompletableFuture<Disposition> outcome = new CompletableFuture<>();
    Thread slot =
        new Thread(
            () -> {
              try {
                outcome.complete(
                    decide(handler, message(job(commit, "touch " + begun + "; sleep 60"))));
              } catch (InterruptedException e) {
                outcome.completeExceptionally(e);
              }
            });
    slot.start();
    await().until(() -> Files.exists(begun));
    assertThat(runs.all()).hasSize(1);
    runs.interruptAll();
    assertThat(outcome).failsWithin(Duration.ofSeconds(20));
    RunReturned returned = returned(published.get(0));
    assertThat(returned.trouble()).isFalse();
    assertThat(returned.reason()).isEqualTo("its worker stopped");
    assertThat(received).containsExactly("started " + returned.run());
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRunThatMayNotBeginNeverComesToItsCommand() throws Exception {
    refusal = Disposition.ack();
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Path begun = folder.resolve("begun");
    Disposition answer = decide(handler, message(job(commit, "touch " + begun)));
    assertThat(answer).isEqualTo(Disposition.ack());
    assertThat(begun).doesNotExist();
    assertThat(received).isEmpty();
    assertThat(work.spool()).isEmptyDirectory();
  }

  @Test
  void whoListensIsToldOfAJobThatIsHeldInPlaceOfARun() throws Exception {
    AtomicBoolean isTold = new AtomicBoolean();
    runs.onChange(() -> isTold.set(true));
    refusal = new Disposition.Hold(new CompletableFuture<>(), "a test");
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    assertThat(decide(handler, message(job(commit, "true")))).isSameAs(refusal);
    assertThat(isTold).isTrue();
  }

  @Test
  void aRunThatIsOverDoesNotBeginWhenLeaveComesLate() throws Exception {
    Run run = new Run(job(repository.commit("one", Map.of("a", "1")), "true"), "01RUN");
    runs.ask(run);
    assertThat(runs.all()).as("asked for only").isEmpty();
    runs.close(run);
    assertThat(runs.begin(run.job().id(), run.id(), Thread.currentThread())).isEmpty();
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRunWhoseJobHasItsResultIsStoppedAndTheJobAcked() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    CompletableFuture<Disposition> answer = stoppedInItsMiddle(commit, RunState.Event.STOP_JUDGED);
    assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Disposition.ack());
    assertThat(told).isEmpty();
    assertThat(runs.all()).isEmpty();
  }

  @Test
  void aRunThatGivesWaySaysSoAndItsJobIsHeld() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    CompletableFuture<Disposition> answer = stoppedInItsMiddle(commit, RunState.Event.STOP_YIELD);
    assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isInstanceOf(Disposition.Hold.class);
    assertThat(told).containsExactly("returned", "hold");
    assertThat(returned(published.get(0)).trouble()).isFalse();
  }

  private CompletableFuture<Disposition> stoppedInItsMiddle(CommitId commit, RunState.Event why) {
    Path begun = folder.resolve("begun");
    CompletableFuture<Disposition> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return decide(handler, message(job(commit, "touch " + begun + "; sleep 60")));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    await().until(() -> Files.exists(begun));
    runs.stop(runs.all().get(0).run(), why);
    return answer;
  }

  @Test
  void aServerThatIsAwayForAMomentCostsNoAttempt() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Repository away = new Repository("away", "http://127.0.0.1:1/away.git");
    IncomingMessage message = message(job(away, commit, "true", Variant.DEFAULT));
    List<Boolean> troubleCounts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Disposition.HoldThenRetry again = (Disposition.HoldThenRetry) decide(handler, message);
      troubleCounts.add(returned(again.publishFirst().get(0)).trouble());
    }
    assertThat(troubleCounts).containsExactly(false, false, true, false, false, true);
  }

  @Test
  void aFailureOnAFullDiskIsNotTheCommits() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    free.set(100L << 20);
    Disposition.RetryLater again =
        (Disposition.RetryLater) decide(handler, message(job(commit, "exit 1")));
    RunReturned returned = returned(again.publishFirst().get(0));
    assertThat(returned.trouble()).isTrue();
    assertThat(returned.reason()).isEqualTo("the disk is full: only 100M were left");
    assertThat(result((Disposition.Ack) decide(handler, message(job(commit, "true")))).outcome())
        .isEqualTo(Outcome.PASSED);
    free.set(200L << 20);
    IncomingMessage other = message(job(commit, "exit 2", new Variant("other", Map.of())));
    assertThat(result((Disposition.Ack) decide(handler, other)).exitCode())
        .as("with little, but enough of it")
        .isEqualTo(2);
  }

  @Test
  void aRunThatWasKilledIsJudgedUnlessTheWorkerStopsToo() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    IncomingMessage killed = message(job(commit, "kill -TERM $$"));
    assertThat(result((Disposition.Ack) decide(handler, killed)).exitCode()).isEqualTo(143);
    received.clear();
    isStopping.set(true);
    IncomingMessage other = message(job(commit, "kill -TERM $$", new Variant("other", Map.of())));
    assertThatThrownBy(() -> decide(handler, other)).isInstanceOf(InterruptedException.class);
    assertThat(returned(published.get(0)).trouble()).isFalse();
    IncomingMessage failed = message(job(commit, "exit 1", new Variant("third", Map.of())));
    assertThat(result((Disposition.Ack) decide(handler, failed)).exitCode()).isEqualTo(1);
  }

  @Test
  void whileARepositoryCannotBeReachedItsJobsWaitWithoutATry() throws Exception {
    CommitId commit = repository.commit("one", Map.of("a", "1"));
    Repository away = new Repository("away", "http://127.0.0.1:1/away.git");
    between.set(0);
    decide(handler, message(job(away, commit, "true", Variant.DEFAULT)));
    Job next = job(away, commit, "true", new Variant("next", Map.of()));
    Disposition.HoldThenRetry hold = (Disposition.HoldThenRetry) decide(handler, message(next));
    assertThat(hold.publishFirst()).as("nothing was begun").isEmpty();
    assertThat(reachability.aside()).contains(next.id());
    IncomingMessage other = message(job(commit, "true"));
    assertThat(result((Disposition.Ack) decide(handler, other)).outcome())
        .isEqualTo(Outcome.PASSED);
  }

  /** In the place of containers: without walls, or without an engine. */
  private final class Contained implements CommandExecutor {
    private final CommandExecutor shell;

    Contained(CommandExecutor shell) {
      this.shell = shell;
    }

    @Override
    public String name() {
      return "container";
    }

    @Override
    public Surroundings surroundings(RunPlaces places) {
      return new Surroundings(name(), places.needs().image(), "sha256:ab");
    }

    @Override
    public void prepare(RunPlaces places) throws IOException, InterruptedException {
      if (imageTrouble instanceof IOException away) {
        throw away;
      }
      if (imageTrouble instanceof RuntimeException wrong) {
        throw wrong;
      }
      shell.prepare(places);
    }

    @Override
    public CommandExit run(CommandRunner.Command command, RunLog log)
        throws IOException, InterruptedException {
      return shell.run(command, log);
    }

    @Override
    public void kill(String run) {
      shell.kill(run);
    }

    @Override
    public void close() {}
  }

  private JobHandler handler() throws IOException {
    RunFiles logs = new RunFiles(work, WorkerSettings.Disk.DEFAULT.output().logCapBytes(), clock);
    Spool spool = new Spool(work.spool(), logs);
    spool.load();
    ReturnNotices returnNotices =
        new ReturnNotices(
            "host-1",
            message -> {
              published.add(message);
              return CompletableFuture.completedFuture(null);
            },
            clock);
    CommandRunner commands = new CommandRunner(guard, readers);
    shells.add(commands);
    return new JobHandler(
        runner(logs, new ImageChoice(commands, new Contained(commands))),
        new Admission(),
        runs,
        new JobHandler.Outbox(spool, returnNotices),
        new JobHandler.Condition(readiness, reachability, new TroubleCounts(), () -> mayStart),
        new Listener());
  }

  private JobRunner runner(RunFiles logs, CommandExecutor commands) {
    WorkerSettings settings =
        new WorkerSettings(
            BrokerAddress.parse("amqp://localhost"),
            "host-1",
            new WorkerSettings.Capacity(1, List.of("default")),
            new WorkerSettings.Limits(Duration.ofMinutes(1), 3, Duration.ZERO),
            work.root(),
            WorkerSettings.Disk.DEFAULT);
    return new JobRunner(
        new JobRunner.Host(settings, clock, isStopping::get),
        new JobRunner.Sources(mirrors, mirrors, reachability),
        new JobRunner.Storage(
            work,
            logs,
            disk,
            new KeptTrees(work, quarantine, Duration.ofDays(1), clock),
            quarantine),
        1,
        commands);
  }

  private Job job(CommitId commit, @Nullable String test) {
    return job(commit, test, Variant.DEFAULT);
  }

  private Job job(CommitId commit, @Nullable String test, Variant variant) {
    return job(repository.asRepository("bottle"), commit, test, variant);
  }

  private static Job job(
      Repository where, CommitId commit, @Nullable String test, Variant variant) {
    return new Job(
        JobId.of(where.name(), commit, variant.name()),
        new Revision(where, commit, null, List.of(), TestRepository.MAIN),
        new Task(variant, 1, test, "default", 60),
        new Origin(Instant.EPOCH, "push", null, true));
  }

  /** Handles a message like the consumer, including work that continues after the slot's turn. */
  private static Disposition decide(JobHandler handler, IncomingMessage message)
      throws InterruptedException {
    Disposition decision = handler.handle(message);
    return decision instanceof Disposition.Continue more ? more.rest().decide() : decision;
  }

  private static IncomingMessage message(Job job) {
    return message(new String(Codec.encode(job), StandardCharsets.UTF_8));
  }

  private static IncomingMessage message(String body) {
    return new IncomingMessage(
        new Route("assay.jobs.default", Topology.JOBS, "default"),
        "id",
        OutgoingMessage.JSON,
        Map.of(),
        false,
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static RunReturned returned(OutgoingMessage message) {
    return Codec.decode(message.body(), RunReturned.class);
  }

  private static Result result(Disposition.Ack ack) {
    List<OutgoingMessage> all = ack.publishFirst();
    return Codec.decode(all.get(all.size() - 1).body(), Result.class);
  }

  private final class Listener implements RunListener {
    @Override
    public void runStarted(Job job, String run) {
      received.add("started " + run);
      Error error = thrown;
      if (error != null) {
        thrown = null;
        throw error;
      }
    }

    @Override
    public void jobRedelivered(Job job) {
      received.add("redelivered " + job.id());
    }

    @Override
    public void runFinished(Result result) {
      received.add(result.outcome().word() + " " + result.run());
    }
  }

  /** Lets every run begin as the third attempt, and records the calls. */
  private final class Admission implements RunAdmission {
    @Override
    public Permission request(Run run, boolean isRedelivered) {
      if (refusal != null) {
        Disposition instead = refusal;
        return () -> {
          throw new RunRefusedException(instead);
        };
      }
      assertThat(runs.begin(run.job().id(), run.id(), Thread.currentThread())).isPresent();
      return () -> 3;
    }

    @Override
    public void delivered(Run run) {
      told.add("delivered");
    }

    @Override
    public void returned(Run run) {
      told.add("returned");
    }

    @Override
    public Disposition hold(Run run) {
      told.add("hold");
      return new Disposition.Hold(new CompletableFuture<>(), "a test");
    }
  }
}
