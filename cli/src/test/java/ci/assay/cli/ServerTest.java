package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.cli.system.LocalWorkers;
import ci.assay.cli.system.NotificationService;
import ci.assay.cli.system.WebSide;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.git.MirrorStore;
import ci.assay.message.Order;
import ci.assay.message.Presence;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.observer.job.RangeJobs;
import ci.assay.observer.settings.JobTerms;
import ci.assay.testing.TestRepository;
import ci.assay.web.WebSettings;
import ci.assay.web.access.Tokens;
import ci.assay.web.access.Visitor;
import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.page.PageSources;
import ci.assay.worker.Worker;
import ci.assay.worker.job.RunListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a server, with a coordinator and a worker on the embedded broker. */
@Tag("broker")
class ServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Sandbox sandbox;
  private TestRepository repository;
  private EmbeddedBroker broker;
  private WebSide web;
  private Coordinator coordinator;
  private Worker worker;
  private Path results;
  private String address;

  @BeforeEach
  void start() throws Exception {
    sandbox = new Sandbox(folder);
    repository = TestRepository.in(folder.resolve("sample"));
    results = folder.resolve("results");
    broker = EmbeddedBroker.inMemory();
    web =
        new WebSide(
            new WebSettings(
                "127.0.0.1",
                0,
                results,
                folder.resolve("assay.db"),
                new WebSettings.Admission(
                    folder.resolve("tokens"), false, TrustedProxies.NONE, List.of()),
                PageSources.Elsewhere.NONE),
            Clock.systemUTC());
    coordinator =
        new Coordinator(
            new CoordinatorSettings(broker.address(), "test", results),
            web.listener(),
            Clock.systemUTC());
    coordinator.start();
    address =
        web.start(
            coordinator,
            NotificationService.of(results, web, NotifySettings.NONE, Clock.systemUTC()));
    sandbox.environment.put("ASSAY_SERVER", address);
    worker =
        new Worker(
            LocalWorkers.settings(
                    broker.address(), "host-1", 1, folder.resolve("work"), Duration.ofMinutes(5))
                .alone(),
            RunListener.none(),
            Clock.systemUTC());
    worker.start();
  }

  @AfterEach
  void stop() throws Exception {
    worker.close();
    coordinator.close();
    web.close();
    broker.close();
    repository.close();
  }

  @Test
  void nobodyElseMayLookIntoTheFolders() throws Exception {
    for (String name : new String[] {"results", "work"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .as(name)
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aRunIsFollowedWhileItPrintsAndReadAfterwards() throws Exception {
    Path gate = folder.resolve("gate");
    CommitId commit =
        repository.commit(
            "first",
            Map.of(
                ".assay.yml",
                "test: echo one; while [ ! -e '" + gate + "' ]; do sleep 0.1; done; echo two"));
    publish(commit);
    await().atMost(LIMIT).until(() -> ask("workers").contains("sample/" + commit));
    assertThat(sandbox.out()).contains("host-1").contains("1/1");
    await().atMost(LIMIT).until(() -> ask("queue").contains("sample/" + commit + "/default"));

    Sandbox follower = new Sandbox(folder);
    follower.environment.putAll(sandbox.environment);
    Thread following =
        new Thread(() -> follower.run("log", "-f", "sample", commit.value()), "follower");
    following.start();
    await().atMost(LIMIT).until(() -> follower.out().equals("one\n"));
    Files.createFile(gate);
    following.join(LIMIT.toMillis());

    assertThat(follower.out()).isEqualTo("one\ntwo\n");
    assertThat(follower.err()).startsWith("[assay] ran echo one;").endsWith("(from .assay.yml)\n");
    await().atMost(LIMIT).until(() -> ask("queue").equals("nothing is waiting or running\n"));
    assertThat(ask("log", "sample", commit.value())).isEqualTo("one\ntwo\n");
  }

  @Test
  void aWorkerThatVanishedIsListedAsLostAndOneThatWasStoppedIsNot() throws Exception {
    JobId job = JobId.parse("sample/" + "a".repeat(40) + "/default");
    BrokerConnection link = BrokerConnection.forPublishing(broker.address(), "test");
    try (link;
        ControlChannel control =
            new ControlChannel(link, link, "t", List.of(), m -> {}, () -> {})) {
      link.start();
      control.start();
      Presence vanishing =
          new Presence(
              new Presence.Sender("host-2", "host-2@1"),
              new Presence.Capacity(List.of("default"), 1, "sandbox"),
              new Presence.Load(
                  List.of(new Presence.Underway(job, "run-1", Instant.now())), List.of()),
              new Presence.Condition(1, null),
              Instant.now());
      await("the coordinator hears workers")
          .atMost(LIMIT)
          .until(() -> ask("workers").contains("host-1"));
      control.sendLast(Topology.PRESENCE, "worker.host-2", vanishing, LIMIT);
      await().atMost(LIMIT).until(() -> ask("workers").contains("host-2"));
      assertThat(sandbox.out()).contains("1/1").doesNotContain("lost");
      await().atMost(LIMIT).until(() -> ask("workers").contains("lost; it was running " + job));
      worker.close();
      await().atMost(LIMIT).until(() -> !ask("workers").contains("host-1"));
      assertThat(ask("workers", "--json")).contains("\"name\":\"host-2\",\"lost\":true");
    }
  }

  @Test
  void artifactsGoFromTheRunToThePageAndTheDiskOfWhoeverAsks() throws Exception {
    CommitId commit =
        repository.commit(
            "first",
            Map.of(
                ".assay.yml",
                """
                test: mkdir -p out/a && echo hello > out/a/x.txt && seq 400000 > out/big && exit 3
                artifacts: {paths: [out/**], when: failed, keep: 2d}
                """));
    publish(commit);
    await().atMost(LIMIT).until(() -> sandbox.run("artifacts", "sample", commit.value()) == 0);
    assertThat(sandbox.out())
        .containsSubsequence("out/big", "2.6M", "out/a/x.txt", "6 bytes", "text/plain", "2 files")
        .contains("kept until");
    assertThat(ask("log", "sample", commit.value()))
        .contains("[assay] artifacts: 2 files, 2.6M, kept for 2 days");

    String[] where = {"--server", address, "--results", results.toString()};
    for (int i = 0; i < where.length; i += 2) {
      Path to = folder.resolve("to-" + i);
      String[] get = {"artifacts", where[i], where[i + 1], "--to", to.toString(), "sample"};
      assertThat(ask(with(get, commit.value()))).isEqualTo("2 files written to " + to + "\n");
      assertThat(to.resolve("out/a/x.txt")).hasContent("hello");
      assertThat(Files.readString(to.resolve("out/big"))).startsWith("1\n2\n").endsWith("400000\n");
      assertThat(ask(with(get, commit.value()))).contains("2 files there already and unchanged");
      Files.writeString(to.resolve("out/big"), "mine");
      assertThat(sandbox.run(with(get, commit.value()))).isEqualTo(3);
      assertThat(sandbox.err()).contains("'out/big' cannot be written: ");
      assertThat(to.resolve("out/big")).hasContent("mine");
    }
    Path bent = Files.createDirectory(folder.resolve("bent"));
    Files.createSymbolicLink(bent.resolve("out"), Files.createDirectory(folder.resolve("else")));
    assertThat(sandbox.run("artifacts", "--to", bent.toString(), "sample", commit.value()))
        .isEqualTo(3);
    assertThat(folder.resolve("else")).isEmptyDirectory();
    assertThat(ask("artifacts", "--json", "sample", commit.value()))
        .startsWith("{\"version\":1,")
        .contains("\"path\":\"out/a/x.txt\",\"size\":6,\"sha256\":");

    Path stored = results.resolve("sample/" + commit + "/default/artifacts.bin");
    byte[] bytes = Files.readAllBytes(stored);
    bytes[0] = 'j';
    Files.write(stored, bytes);
    Path damaged = folder.resolve("damaged");
    assertThat(sandbox.run("artifacts", "--to", damaged.toString(), "sample", commit.value()))
        .isEqualTo(3);
    assertThat(sandbox.err()).contains("'out/big' is damaged: its SHA-256 is ");
    assertThat(damaged.resolve("out")).isEmptyDirectory();
    assertThat(sandbox.run("artifacts", "--rerun", "2", "sample", commit.value())).isEqualTo(2);
    assertThat(sandbox.run("artifacts", "--variant", "arm", "sample", commit.value())).isEqualTo(2);
  }

  private static String[] with(String[] arguments, String last) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = last;
    return all;
  }

  @Test
  void aRerunIsFollowedToItsEndAndReadAfterwards() throws Exception {
    Path gate = Files.createFile(folder.resolve("gate"));
    CommitId commit =
        repository.commit(
            "first",
            Map.of(
                ".assay.yml",
                "test: echo attempt; while [ ! -e '" + gate + "' ]; do sleep 0.1; done; date +%N"));
    publish(commit);
    await().atMost(LIMIT).until(() -> sandbox.run("log", "sample", commit.value()) == 0);
    String first = sandbox.out();
    Files.delete(gate);
    coordinator.give(new Order(Order.Kind.RERUN, "sample", commit, null, "ann@desk"));
    await().atMost(LIMIT).until(() -> ask("queue").contains("sample/" + commit + "/default#2"));

    Sandbox follower = new Sandbox(folder);
    follower.environment.putAll(sandbox.environment);
    Thread following =
        new Thread(() -> follower.run("log", "-f", "sample", commit.value()), "follower");
    following.start();
    await().atMost(LIMIT).until(() -> follower.out().equals("attempt\n"));
    Files.createFile(gate);
    following.join(LIMIT.toMillis());

    assertThat(ask("log", "sample", commit.value())).isNotEqualTo(first);
    assertThat(follower.out()).isEqualTo(sandbox.out());
    assertThat(ask("log", "-f", "sample", commit.value(), "default"))
        .as("of one that is over")
        .isEqualTo(follower.out());
    assertThat(sandbox.run("log", "-f", "sample", commit.value(), "arm")).isEqualTo(2);
    assertThat(sandbox.err()).contains("has no variant 'arm'; it has: default");
  }

  @Test
  void aCancelledRunKeepsWhatItHadPrintedUntilThen() throws Exception {
    CommitId commit =
        repository.commit("first", Map.of(".assay.yml", "test: echo so far; sleep 1000"));
    publish(commit);
    await().atMost(LIMIT).until(() -> ask("workers").contains("sample/" + commit));
    await()
        .atMost(LIMIT)
        .until(() -> coordinator.workers().stream().anyMatch(each -> !each.running().isEmpty()));
    assertThat(ask("workers")).contains("EXECUTOR", " process ");
    coordinator.give(new Order(Order.Kind.CANCEL, "sample", commit, null, "ann@desk"));

    await().atMost(LIMIT).until(() -> sandbox.run("log", "sample", commit.value()) == 0);
    assertThat(sandbox.out()).isEqualTo("so far\n[assay] cancelled by ann@desk\n");
    assertThat(sandbox.err()).isEqualTo("[assay] cancelled by ann@desk\n");
    assertThat(ask("results", "sample", commit.value()))
        .contains("cancelled by ann@desk", "host-1")
        .doesNotContainPattern("phases .*, *\n");
  }

  @Test
  void resultsAreListedAndShownFromAfar() throws Exception {
    assertThat(ask("results", "--server", address)).isEqualTo("no results yet\n");
    CommitId good = repository.commit("good", Map.of(".assay.yml", "test: echo fine"));
    CommitId bad = repository.commit("bad", Map.of(".assay.yml", "test: echo sad; exit 3"));
    publish(good);
    publish(bad);
    await()
        .atMost(LIMIT)
        .until(() -> !ask("results", "--server", address).matches("(?s).*(waiting|running).*"));

    assertThat(ask("results", "--server", address, "--limit", "2").lines())
        .hasSize(3)
        .anySatisfy(
            line -> assertThat(line).contains("failed", "sample", bad.abbreviated(), "main"))
        .anySatisfy(line -> assertThat(line).contains("passed", good.abbreviated()));
    assertThat(ask("results", "--server", address, "--json", "sample").lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{").contains("\"repository\":\"sample\""));
    assertThat(ask("results", "--server", address, "sample", bad.value().substring(0, 8)))
        .contains("sample " + bad, "exit code  3", address + "r/sample/" + bad + "/default");
    assertThat(ask("log", "--server", address, "sample", bad.value().substring(0, 8)))
        .isEqualTo("sad\n");

    assertThat(ask("why", "--server", address, "sample", bad.value().substring(0, 8)))
        .contains(" failed: exit code 3", "\n  sad\n", "Repeat: assay run --commits " + bad);

    Path none = Files.createDirectory(folder.resolve("none"));
    assertThat(ask("results")).as("the server of the environment").contains(bad.abbreviated());
    assertThat(ask("results", "--results", none.toString())).startsWith("no results in " + none);
  }

  @Test
  void aJobIsSeenWaitingThenRunningAndWaitedForToItsEnd() throws Exception {
    Path gate = folder.resolve("gate");
    CommitId slow =
        repository.commit(
            "slow",
            Map.of(
                ".assay.yml", "test: while [ ! -e '" + gate + "' ]; do sleep 0.1; done; exit 4"));
    CommitId next = repository.commit("next", Map.of(".assay.yml", "test: true"));
    publish(slow);
    await().atMost(LIMIT).until(() -> ask("queue").contains("running"));
    publish(next);
    await().atMost(LIMIT).until(() -> ask("queue").lines().count() == 3);
    assertThat(ask("queue").lines())
        .first()
        .asString()
        .containsSubsequence("STATE", "WORKER", "RUNNING FOR", "QUEUED", "POOL", "JOB");
    assertThat(sandbox.out().lines())
        .anySatisfy(
            line -> assertThat(line).containsSubsequence("▸ running", "host-1", "sample/" + slow))
        .anySatisfy(line -> assertThat(line).contains("… waiting", "sample/" + next));
    assertThat(ask("queue", "--json").lines())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"state\":\"running\"", "\"worker\":\"host-1\"", slow.value()));
    assertThat(ask("workers", "--json")).contains("\"name\":\"host-1\"", slow.value());
    for (String[] where :
        new String[][] {{"--server", address}, {"--results", results.toString()}}) {
      assertThat(ask("results", where[0], where[1]).lines())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .containsSubsequence("▸ running", "slow", "running on host-1 since 20"))
          .anySatisfy(line -> assertThat(line).contains("… waiting", "next"));
      assertThat(ask("results", where[0], where[1], "sample", slow.value()))
          .contains("▸ running on host-1 since 20");
      assertThat(sandbox.run("wait", where[0], where[1], "--timeout", "1s", "sample", slow.value()))
          .isEqualTo(3);
      assertThat(sandbox.err()).contains("has no verdict after 1 s: it is running on host-1");
    }

    Sandbox waiter = new Sandbox(folder);
    waiter.environment.putAll(sandbox.environment);
    AtomicInteger code = new AtomicInteger(-1);
    Thread waiting =
        new Thread(() -> code.set(waiter.run("wait", "sample", slow.value())), "waiter");
    waiting.start();
    Files.createFile(gate);
    waiting.join(LIMIT.toMillis());
    assertThat(code).hasValue(1);
    assertThat(waiter.out()).contains("✘ failed  sample " + slow.abbreviated());
    assertThat(sandbox.run("wait", "sample", next.value().substring(0, 10))).isZero();
  }

  @Test
  void ordersAreGivenToAServerByWhoHasAToken() throws Exception {
    CommitId commit = repository.commit("first", Map.of(".assay.yml", "test: true"));
    publish(commit);
    ask("wait", "sample", commit.value());
    String[] rerun = {"rerun", "--server", address, "sample", commit.value().substring(0, 8)};
    assertThat(sandbox.run(rerun)).isEqualTo(2);
    assertThat(sandbox.err())
        .contains("says: This needs a token. Give one with --token-file FILE; 'assay token add");

    Tokens tokens = new Tokens(folder.resolve("tokens"));
    Path file = folder.resolve("token");
    Files.writeString(file, tokens.add("ann", Visitor.Role.READ, Instant.EPOCH));
    sandbox.environment.put("ASSAY_TOKEN_FILE", file.toString());
    assertThat(sandbox.run(rerun)).isEqualTo(2);
    assertThat(sandbox.err()).contains("The token 'ann' may not do this.");

    Files.writeString(file, tokens.add("bob", Visitor.Role.ACT, Instant.EPOCH));
    assertThat(ask(rerun)).isEqualTo("sample/" + commit + "/default#2 queued\n");
    assertThat(ask("wait", "sample", commit.value())).contains("passed");
    assertThat(sandbox.run("cancel", "sample", commit.value(), "default"))
        .as("the server of the environment, as there is a token for it")
        .isEqualTo(1);
    assertThat(sandbox.out()).contains("already has a verdict, passed; nothing to cancel");
  }

  @Test
  void aProgramFindsOutOverMcpWhyACommitFailed() throws Exception {
    CommitId bad =
        repository.commit(
            "bad", Map.of(".assay.yml", "test: seq 1 100000; echo the cause; exit 3"));
    McpSession mcp = new McpSession(sandbox, "--server", address);
    assertThat(mcp.begin().at("/serverInfo/name").asText()).isEqualTo("assay");
    assertThat(mcp.request("tools/list", Map.of()).path("tools").findValuesAsText("name"))
        .containsExactly("results", "commit", "wait", "why", "log", "tests", "queue");
    for (String odd :
        List.of(
            "",
            "no JSON",
            "null",
            "[]",
            "{}",
            "[".repeat(100_000),
            "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":7}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"tools/call\",\"params\":[]}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"tools/call\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"r\",\"method\":\"tools/call\",\"params\":{\"name\":7,\"arguments\":[1]}}",
            "x".repeat(2_000_000))) {
      mcp.line(odd);
    }
    Map<String, Object> commit =
        Map.of("repository", "sample", "commit", bad.value().substring(0, 8));
    assertThat(mcp.text("results", Map.of())).isEqualTo("there are no commits yet\n");
    assertThat(mcp.text("wait", with(commit, "seconds", 1)))
        .isEqualTo("no verdict yet\nthe commit is not known yet\n");
    publish(bad);

    assertThat(mcp.text("wait", commit)).startsWith("failed  sample " + bad);
    assertThat(mcp.text("commit", commit)).contains("failed  job sample/" + bad, "exit code 3");
    assertThat(mcp.text("results", Map.of("limit", 5))).startsWith("failed  sample " + bad);
    assertThat(mcp.text("why", commit))
        .contains("exit code 3", "the cause", "Repeat: assay run --commits " + bad);
    assertThat(mcp.text("log", with(commit, "lines", 2))).isEqualTo("100000\nthe cause\n");
    assertThat(mcp.text("log", with(commit, "contains", "9999"))).startsWith("9999\n19999\n");
    assertThat(mcp.text("tests", commit)).isEqualTo("0 of 0 test cases\n");
    assertThat(mcp.text("queue", Map.of())).isEqualTo("0 without a result\n");
    assertThat(mcp.error("log", with(commit, "lines", 1_000_000)))
        .isEqualTo("argument 'lines' is '1000000'; give a number from 1 to 400\n");
    assertThat(mcp.error("log", with(commit, "tail", 3)))
        .startsWith("there is no argument 'tail'; there are: repository, commit, variant");
    assertThat(mcp.error("why", Map.of("repository", "sample")))
        .isEqualTo("argument 'commit' is missing\n");
    assertThat(mcp.error("commit", Map.of("repository", "other", "commit", "12")))
        .startsWith(address.replaceAll("/$", ""));
    assertThat(mcp.end()).isZero();
  }

  @Test
  void aProgramWithATokenRunsACommitAgainOverMcp() throws Exception {
    CommitId commit = repository.commit("bad", Map.of(".assay.yml", "test: exit 3"));
    publish(commit);
    Path token = folder.resolve("token");
    Tokens tokens = new Tokens(folder.resolve("tokens"));
    Files.writeString(token, tokens.add("ann", Visitor.Role.ACT, Instant.EPOCH));
    McpSession mcp = new McpSession(sandbox, "--server", address, "--token-file", token.toString());
    mcp.begin();
    Map<String, Object> which = Map.of("repository", "sample", "commit", commit.value());
    assertThat(mcp.text("wait", which)).startsWith("failed");

    assertThat(mcp.text("rerun", which)).contains("sample");

    assertThat(mcp.text("wait", which)).contains("/default#2");
    assertThat(mcp.end()).isZero();
  }

  private static Map<String, Object> with(
      Map<String, Object> arguments, String name, Object value) {
    Map<String, Object> more = new HashMap<>(arguments);
    more.put(name, value);
    return more;
  }

  @Test
  void whatTheServerDoesNotKnowIsSaidInOneLine() {
    assertThat(sandbox.run("log", "sample", "0".repeat(40))).isEqualTo(2);
    assertThat(sandbox.err()).contains("says: Unknown repository 'sample'.");
    assertThat(sandbox.run("workers", "--server", "http://127.0.0.1:1")).isEqualTo(3);
    assertThat(sandbox.err()).contains("no answer from http://127.0.0.1:1");
  }

  private String ask(String... command) {
    assertThat(sandbox.run(command)).as(sandbox.err()).isZero();
    return sandbox.out();
  }

  private void publish(CommitId commit) throws Exception {
    try (MirrorStore mirrors = new MirrorStore(folder.resolve("mirrors"));
        BrokerConnection link = BrokerConnection.forPublishing(broker.address(), "test");
        ConfirmedPublisher publisher = new ConfirmedPublisher(link, () -> List.of("default"))) {
      List<Job> jobs =
          new RangeJobs(mirrors, Clock.systemUTC())
              .jobs(JobTerms.of(repository.asRepository("sample")), commit.value());
      link.start();
      publisher.start();
      publisher.publishAll(jobs.stream().map(OutgoingMessage::job).toList());
    }
  }
}
