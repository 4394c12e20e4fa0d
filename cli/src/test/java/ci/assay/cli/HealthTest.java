package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The health and metrics of each program at {@code --http}, on a real broker. */
@Tag("long")
@Timeout(180)
@Tag("broker")
class HealthTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final List<Program> programs = new ArrayList<>();
  private TestRepository repository;

  @BeforeEach
  void aCommit() {
    repository = TestRepository.in(folder.resolve("sample"));
    repository.commit("first", Map.of("file", "1"));
  }

  @AfterEach
  void end() throws Exception {
    for (Program each : programs) {
      each.end();
    }
    repository.close();
  }

  @Test
  void eachProgramCountsItsPartOfTheWayOfACommit() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    Program coordinator = start("coordinator", broker, "--results", path("results"));
    Program worker = start("worker", broker, "--slots", "2", "--work", path("work"));
    Program observer = observer(broker, "sample=" + repository.path());

    coordinator.awaitAtLeast(1, "assay_verdicts_total{outcome=\"passed\"}");
    worker.awaitNone("assay_spool_messages");
    observer.awaitAtLeast(2, "assay_polls_total{repository=\"sample\",result=\"read\"}");
    coordinator.awaitNone("assay_owed_jobs");
    coordinator.awaitAtLeast(1, "assay_workers");

    assertThat(coordinator.numbers())
        .containsEntry("assay_results_total{outcome=\"passed\"}", 1.0)
        .containsEntry("assay_coordinator_active", 1.0)
        .containsEntry("assay_workers_lost", 0.0)
        .containsEntry("assay_messages_refused_total", 0.0)
        .containsEntry("assay_reconnects_total{role=\"coordinator\"}", 0.0);
    assertThat(worker.numbers())
        .containsEntry("assay_run_seconds_count{outcome=\"passed\"}", 1.0)
        .containsEntry("assay_queue_wait_seconds_count", 1.0)
        .containsEntry("assay_phase_seconds_count{phase=\"checkout\"}", 1.0)
        .containsEntry("assay_slots", 2.0)
        .containsEntry("assay_slots_busy", 0.0)
        .containsEntry("assay_jobs_held", 0.0)
        .containsEntry("assay_redeliveries_total", 0.0);
    assertThat(observer.numbers())
        .containsEntry("assay_repositories", 1.0)
        .containsEntry("assay_repositories_unreadable", 0.0);
    assertThat(programs)
        .allSatisfy(
            each -> {
              assertThat(each.get("healthz").statusCode()).isEqualTo(200);
              assertThat(each.get("readyz").body()).isEqualTo("ready\n");
              assertThat(each.get("metrics").body()).contains("jvm_memory_used_bytes");
            });
  }

  @Test
  void whoHasNoBrokerIsAliveAndNotReadyAndCountsItsReturn() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(TestBroker.shared().newVirtualHost())) {
      proxy.refuse();
      Program worker = start("worker", proxy.address(), "--work", path("work"));
      Program observer = observer(proxy.address(), "sample=" + repository.path());
      for (Program each : programs) {
        each.awaitReadiness(503, "no connection to the broker\n");
        assertThat(each.get("healthz").statusCode()).isEqualTo(200);
      }

      proxy.mend();
      worker.awaitReadiness(200, "ready\n");
      observer.awaitReadiness(200, "ready\n");
      proxy.cut();
      worker.awaitAtLeast(2, "assay_reconnects_total{role=\"worker\"}");
      observer.awaitAtLeast(1, "assay_reconnects_total{role=\"observer\"}");
      worker.awaitReadiness(200, "ready\n");

      // a worker that is told to stop waits for the broker to have its results
      worker.awaitAtLeast(1, "assay_run_seconds_count{outcome=\"passed\"}");
      worker.awaitNone("assay_spool_messages");
      worker.awaitNone("assay_slots_busy");
    }
  }

  @Test
  void aWorkerThatIsToldToStopSaysWhatItWaitsFor() throws Exception {
    BrokerAddress broker = TestBroker.shared().newVirtualHost();
    start("coordinator", broker, "--results", path("results"));
    Program worker = start("worker", broker, "--work", path("work"));
    observer(broker, "sample=" + repository.path(), "--test", "sleep 3");
    worker.awaitAtLeast(1, "assay_slots_busy");
    worker.end();
    assertThat(worker.said())
        .contains("worker test: stops within 10 m, when its runs (1) are over and the broker has");
  }

  @Test
  void anObserverThatCanReadNothingSaysWhatAndWhy() throws Exception {
    Program observer =
        observer(TestBroker.shared().newVirtualHost(), "sample=" + repository.path());
    observer.awaitReadiness(200, "ready\n");
    Path away = Files.move(repository.path(), folder.resolve("away"));
    observer.awaitAtLeast(1, "assay_repositories_unreadable");
    HttpResponse<String> answer = observer.get("readyz");
    Files.move(away, repository.path());
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).startsWith("no repository can be read: sample: ").hasLineCount(1);
    observer.awaitReadiness(200, "ready\n");
    assertThat(observer.numbers())
        .containsKey("assay_polls_total{repository=\"sample\",result=\"unreadable\"}");
  }

  @Test
  void upTellsOfAllItsPartsAtOneAddress() throws Exception {
    Program up =
        run("up", "--data", path("data"), "--http", "127.0.0.1:0", "--workers", "2")
            .with("--interval", "500ms", "--test", "cat file", "sample=" + repository.path());
    up.begin();
    up.awaitAtLeast(1, "assay_verdicts_total{outcome=\"passed\"}");
    assertThat(up.numbers())
        .containsEntry("assay_run_seconds_count{outcome=\"passed\"}", 1.0)
        .containsEntry("assay_slots", 2.0)
        .containsEntry("assay_repositories", 1.0)
        .containsEntry("assay_reconnects_total{role=\"observer\"}", 0.0)
        .containsEntry("assay_reconnects_total{role=\"worker\"}", 0.0)
        .containsEntry("assay_reconnects_total{role=\"coordinator\"}", 0.0)
        .containsKey("assay_polls_total{repository=\"sample\",result=\"read\"}");
    assertThat(up.get("readyz").statusCode()).isEqualTo(200);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Program observer(BrokerAddress broker, String repositoryToWatch) throws IOException {
    return observer(broker, repositoryToWatch, "--test", "cat file");
  }

  private Program observer(BrokerAddress broker, String repositoryToWatch, String... more)
      throws IOException {
    Program program =
        run("observer", "--broker", broker.withPassword(), "--http", "127.0.0.1:0")
            .with("--state", path("state"), "--interval", "200ms", repositoryToWatch)
            .with(more);
    program.begin();
    return program;
  }

  private Program start(String role, BrokerAddress broker, String... more) throws IOException {
    Program program =
        run(role, "--broker", broker.withPassword(), "--http", "127.0.0.1:0", "--name", "test")
            .with(more);
    program.begin();
    return program;
  }

  private Program run(String... words) throws IOException {
    Path own = Files.createDirectories(folder.resolve("of-" + words[0]));
    Program program = new Program(new Sandbox(own), List.of(words));
    programs.add(program);
    return program;
  }

  /** A command that runs until it is told to stop. */
  private static final class Program {

    private static final Pattern ADDRESS = Pattern.compile("(?:health|pages) at (http://\\S+)");
    private static final Pattern LINE = Pattern.compile("(?m)^([a-z][^#\\n]*) ([^ \\n]+)$");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Sandbox sandbox;
    private List<String> words;
    private CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);

    Program(Sandbox sandbox, List<String> words) {
      this.sandbox = sandbox;
      this.words = words;
    }

    Program with(String... more) {
      words = Stream.concat(words.stream(), Stream.of(more)).toList();
      return this;
    }

    void begin() {
      String[] all = words.toArray(String[]::new);
      exit =
          CompletableFuture.supplyAsync(() -> sandbox.run(all), task -> new Thread(task).start());
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(sandbox.err()).as("%s", sandbox.both()).containsPattern(ADDRESS));
    }

    void end() throws Exception {
      sandbox.stop.ask();
      assertThat(exit.get(60, TimeUnit.SECONDS)).as("%s", sandbox.both()).isZero();
    }

    String said() {
      return sandbox.err();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
      Matcher address = ADDRESS.matcher(sandbox.err());
      assertThat(address.find()).isTrue();
      URI uri = URI.create(address.group(1) + path);
      return client.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(),
          HttpResponse.BodyHandlers.ofString());
    }

    Map<String, Double> numbers() throws IOException, InterruptedException {
      Map<String, Double> numbers = new HashMap<>();
      Matcher line = LINE.matcher(get("metrics").body());
      while (line.find()) {
        numbers.put(line.group(1), Double.valueOf(line.group(2)));
      }
      return numbers;
    }

    void awaitAtLeast(int least, String name) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(numbers().getOrDefault(name, -1.0))
                      .as(name)
                      .isGreaterThanOrEqualTo(least));
    }

    void awaitNone(String name) {
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(numbers().getOrDefault(name, -1.0)).as(name).isZero());
    }

    void awaitReadiness(int status, String says) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                HttpResponse<String> answer = get("readyz");
                assertThat(answer.body()).isEqualTo(says);
                assertThat(answer.statusCode()).isEqualTo(status);
              });
    }
  }
}
