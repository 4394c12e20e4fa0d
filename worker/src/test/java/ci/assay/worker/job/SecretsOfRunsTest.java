package ci.assay.worker.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunFile;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.folder.DiskSpace;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.folder.KeptTrees;
import ci.assay.worker.folder.Quarantine;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.sandbox.ExecutorFactory;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.SecretSource;
import ci.assay.worker.settings.WorkerSettings;
import ci.assay.worker.spool.FinishedRun;
import ci.assay.worker.spool.RunFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs are given of a worker's secrets, and what they can get out of them. */
@Tag("long")
@Timeout(120)
class SecretsOfRunsTest {

  private static final String TOKEN = "t0ken/With+odd=\"<&>' signs";
  private static final String KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\nkiG9w0BAQEF\n";
  private static final String PULL = "refs/pull/1/head";

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Clock clock = Clock.systemUTC();
  private WorkFolder work;
  private Quarantine quarantine;
  private GuardProcess guard;
  private MirrorStore mirrors;
  private TestRepository repository;
  private RunFiles logs;
  private Path secrets;
  private Path token;
  private int runs;

  @BeforeEach
  void open() throws Exception {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    guard = GuardProcess.start(work.lock(), Duration.ZERO);
    work.prepare();
    quarantine = new Quarantine(work);
    mirrors = new MirrorStore(work.mirrors());
    repository = TestRepository.in(folder.resolve("bottle.git"));
    logs = new RunFiles(work, WorkerSettings.Disk.DEFAULT.output().logCapBytes(), clock);
    // not in /tmp, of which the sandbox hides all
    secrets = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "secrets");
    token = Files.writeString(secrets.resolve("token"), TOKEN + "\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void close() throws IOException {
    threads.shutdownNow();
    FileTree.delete(secrets);
    quarantine.close();
    guard.close();
    mirrors.close();
    repository.close();
  }

  private List<SecretSource> sources() {
    SecretSource.Scope scope = new SecretSource.Scope(List.of("bott*"), List.of(), List.of());
    return List.of(
        new SecretSource("TOKEN", new SecretSource.InFile(token), scope),
        new SecretSource(
            "KEY", new SecretSource.ByCommand("printf '%s\\n' '" + KEY + "'", null), scope));
  }

  /** Whatever is left of the values after masking must not have half of one. */
  private static void assertClean(String shown) {
    String token64 = Base64.getEncoder().encodeToString(TOKEN.getBytes(UTF_8));
    assertThat(shown)
        .doesNotContain("With", "odd=", "odd%", "MIIEvQIB", "kiG9w0", token64.substring(4, 16))
        .doesNotContain("576974", "%57%69", "BEGIN KEY");
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.Executor.class,
      names = {"PROCESS", "SANDBOX"})
  void aHostilePipelineGetsNothingOutThatMaskingCovers(Isolation.Executor kind) throws Exception {
    CommitId commit = repository.commit("hostile", Map.of(".assay.yml", hostilePipeline()));
    try (CommandExecutor commands = executor(kind)) {
      JobRunner runner = runner(sources(), commands);
      Run run = run(job(commit, TestRepository.MAIN, true));
      try (JobRunner.Session session = runner.open(run)) {
        session.prepare();
        Future<FinishedRun> running = threads.submit(() -> session.execute(1));
        await().until(() -> live(run).contains("early "));
        assertThat(live(run)).isEqualTo("early ");
        Files.createFile(
            work.homeWithSecrets(job(commit, "x", true).repository(), 1).resolve("go"));
        FinishedRun finished = running.get();
        Result result = finished.result();
        String all = content(run, RunFile.LOG) + content(run, RunFile.TESTS) + encoded(result);
        assertClean(all);
        assertThat(content(run, RunFile.LOG)).startsWith("early *** late\n***\n").contains("> ***");
        assertThat(content(run, RunFile.TESTS)).contains("\"n ***\"", "\"n *** (2)\"", "x***…");
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.summary()).contains("first failing: ").contains("***");
        ArtifactSummary artifacts = Objects.requireNonNull(result.artifacts());
        assertThat(artifacts.files()).isEqualTo(1);
        assertThat(Objects.requireNonNull(artifacts.leftOut()).why())
            .startsWith("art-***")
            .endsWith(".bin: its name contains a secret");
      }
    }
    assertClean(String.join("\n", filesBelow(work.logs())));
  }

  /** Said in docs/pipeline.md, so that nobody relies on more. */
  @Test
  void whatMaskingCannotCoverComesOut() throws Exception {
    String test =
        "secrets: [TOKEN]\ntest: echo \"$TOKEN\" | rev; echo \"$TOKEN\" | sed 's/./& /g'\n";
    CommitId commit = repository.commit("evil", Map.of(".assay.yml", test));
    FinishedRun finished = finished(job(commit, TestRepository.MAIN, true));
    assertThat(content(finished.result().run(), RunFile.LOG))
        .contains("htiW/nek0t")
        .contains("t 0 k e n / W i t h");
  }

  @Test
  void aRefThatIsNotTrustedGetsNoneAndIsTestedIfItCanDoWithout() throws Exception {
    String needs = "secrets: [TOKEN]\ntest: 'true'\n";
    CommitId strict = repository.commit("needs", Map.of(".assay.yml", needs));
    Result refused = finished(job(strict, PULL, false)).result();
    assertThat(refused.outcome()).isEqualTo(Outcome.ERRORED);
    assertThat(refused.cause())
        .startsWith("secret TOKEN is not given to refs/pull/1/head, as that ref is not trusted; ")
        .contains("name it under 'optional-secrets' in .assay.yml");
    String can = "optional-secrets: [TOKEN, KEY]\ntest: test -z \"$TOKEN$KEY\"\n";
    CommitId lenient = repository.commit("can", Map.of(".assay.yml", can));
    Result tested = finished(job(lenient, PULL, false)).result();
    assertThat(tested.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(content(tested.run(), RunFile.LOG))
        .startsWith("[assay] secret TOKEN is not given: refs/pull/1/head is not trusted\n");
    Result given = finished(job(lenient, TestRepository.MAIN, true)).result();
    assertThat(given.outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void whatARunWithSecretsKeepsAtHomeOnlySuchRunsSee() throws Exception {
    String with = "secrets: [TOKEN]\ntest: cat ~/.npmrc; echo \"$TOKEN\" > ~/.npmrc; echo done\n";
    CommitId giving = repository.commit("with", Map.of(".assay.yml", with));
    CommitId other = repository.commit("without", Map.of(".assay.yml", "test: ls -A ~\n"));
    for (int i = 0; i < 2; i++) {
      String log =
          content(finished(job(giving, TestRepository.MAIN, true)).result().run(), RunFile.LOG);
      assertThat(log).endsWith(i == 0 ? "done\n" : "***\ndone\n");
    }
    for (boolean isTrusted : new boolean[] {true, false}) {
      Result result = finished(job(other, TestRepository.MAIN, isTrusted)).result();
      assertThat(content(result.run(), RunFile.LOG)).isEmpty();
    }
  }

  @Test
  void whoHasNoSuchSecretLeavesTheRunToAnother() throws Exception {
    String needs = "secrets: [TOKEN]\ntest: 'true'\n";
    CommitId commit = repository.commit("needs", Map.of(".assay.yml", needs));
    SecretSource.Origin origin = new SecretSource.InFile(token);
    for (Map.Entry<SecretSource.Scope, String> each :
        Map.of(
                scope("jar", "*", "default"), "its secret TOKEN is not for bottle",
                scope("*", "rel*", "default"), "its secret TOKEN is not for refs/heads/main",
                scope("*", "*", "fast"), "its secret TOKEN is not for pool default")
            .entrySet()) {
      List<SecretSource> sources = List.of(new SecretSource("TOKEN", origin, each.getKey()));
      assertThatThrownBy(() -> finished(sources, job(commit, TestRepository.MAIN, true)))
          .isInstanceOf(UnfitWorkerException.class)
          .hasMessage(each.getValue());
    }
    assertThatThrownBy(() -> finished(List.of(), job(commit, TestRepository.MAIN, true)))
        .isInstanceOf(UnfitWorkerException.class)
        .hasMessage("it has no secret TOKEN");
  }

  @Test
  void aValueThatCannotBeReadNowSaysNothingOfTheCommit() throws Exception {
    CommitId commit =
        repository.commit("x", Map.of(".assay.yml", "optional-secrets: [TOKEN]\ntest: 'true'\n"));
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> finished(job(commit, TestRepository.MAIN, true)))
        .isInstanceOf(AwayException.class)
        .hasMessageContaining(
            "its secret TOKEN '" + token + "' has a secret, and others may read it");
  }

  @Test
  void runsInTheSandboxDoNotSeeWhereSecretsAre() throws Exception {
    String look = "secrets: [TOKEN]\ntest: test -n \"$TOKEN\" && ! cat " + token + "\n";
    CommitId commit = repository.commit("look", Map.of(".assay.yml", look));
    try (CommandExecutor commands = executor(Isolation.Executor.SANDBOX)) {
      FinishedRun finished = finished(sources(), commands, job(commit, TestRepository.MAIN, true));
      assertThat(finished.result().outcome()).isEqualTo(Outcome.PASSED);
    }
  }

  private static String hostilePipeline() throws IOException {
    try (InputStream in = SecretsOfRunsTest.class.getResourceAsStream("hostile.assay.yml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
  }

  private static SecretSource.Scope scope(String repository, String ref, String pool) {
    return new SecretSource.Scope(List.of(repository), List.of(ref), List.of(pool));
  }

  private FinishedRun finished(Job job) throws Exception {
    return finished(sources(), job);
  }

  private FinishedRun finished(List<SecretSource> sources, Job job) throws Exception {
    try (CommandExecutor commands = executor(Isolation.Executor.PROCESS)) {
      return finished(sources, commands, job);
    }
  }

  private FinishedRun finished(List<SecretSource> sources, CommandExecutor commands, Job job)
      throws Exception {
    try (JobRunner.Session session = runner(sources, commands).open(run(job))) {
      session.prepare();
      return session.execute(1);
    }
  }

  private CommandExecutor executor(Isolation.Executor kind) throws Exception {
    Isolation isolation = new Isolation(kind, Isolation.Network.NONE, List.of(), List.of());
    return ExecutorFactory.choose(
            new ExecutorFactory.Place("host-1", work),
            guard,
            threads,
            settings(sources()).isolatedBy(isolation).isolation())
        .of("1");
  }

  private WorkerSettings settings(List<SecretSource> sources) {
    return new WorkerSettings(
            BrokerAddress.parse("amqp://localhost"),
            "host-1",
            new WorkerSettings.Capacity(1, List.of("default")),
            new WorkerSettings.Limits(Duration.ofMinutes(1), 3, Duration.ZERO),
            work.root(),
            WorkerSettings.Disk.DEFAULT)
        .giving(sources);
  }

  private JobRunner runner(List<SecretSource> sources, CommandExecutor commands) {
    return new JobRunner(
        new JobRunner.Host(settings(sources), clock, () -> false),
        new JobRunner.Sources(mirrors, mirrors, new RepositoryBackoff(System::nanoTime)),
        new JobRunner.Storage(
            work,
            logs,
            new DiskSpace(() -> Long.MAX_VALUE, 0),
            new KeptTrees(work, quarantine, Duration.ofDays(1), clock),
            quarantine),
        1,
        commands);
  }

  private Job job(CommitId commit, String ref, boolean isTrusted) {
    return new Job(
        JobId.of("bottle", commit, "default"),
        new Revision(repository.asRepository("bottle"), commit, null, List.of(), ref),
        new Task(Variant.DEFAULT, 1, null, "default", 60),
        new Origin(Instant.EPOCH, "push", null, isTrusted ? true : null));
  }

  private Run run(Job job) {
    return new Run(job, "run-" + runs++);
  }

  private String live(Run run) throws IOException {
    return new String(logs.written(run.id()).orElseThrow().read(0, 1 << 20).bytes(), UTF_8);
  }

  private String content(Run run, RunFile file) throws IOException {
    return content(run.id(), file);
  }

  private String content(String run, RunFile file) throws IOException {
    Path content = work.logs().resolve(run + "." + file.word());
    return Files.exists(content) ? Files.readString(content) : "";
  }

  private static String encoded(Result result) {
    return new String(Codec.encode(result), UTF_8);
  }

  private static List<String> filesBelow(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(Path::toString).toList();
    }
  }
}
