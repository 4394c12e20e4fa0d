package ci.assay.systemtest.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.common.CrashPoint;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code prune} and {@code forget}, killed at each of their steps and run again. */
@Tag("broker")
@Tag("long")
@Timeout(600)
class RetentionTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KILLED = 137;

  /** Queries for the content of the index, without the ids of rows. */
  private static final String[] CONTENT = {
    "SELECT name, refs_sequence, refs_are_all FROM repository",
    "SELECT ref, tip FROM branch",
    "SELECT hash, outcome, summary FROM revision",
    "SELECT hash, variant, rerun, job.outcome, run FROM job JOIN revision ON revision.id = revision",
    "SELECT class, test.name, outcome, flaky, latest_at FROM test",
    "SELECT test.name, hash, test_run.outcome FROM test_run JOIN test ON test.id = test"
        + " JOIN revision ON revision.id = test_run.revision",
    "SELECT hash, feed.outcome FROM feed JOIN revision ON revision.id = revision",
    "SELECT outcome, verdicts FROM day"
  };

  @TempDir Path folder;
  private BrokerAddress broker;
  private Installation assay;

  @BeforeEach
  void open() {
    broker = TestBroker.shared().newVirtualHost();
    assay = new Installation(folder, broker);
  }

  @AfterEach
  void close() {
    assay.close();
  }

  @Test
  void whatIsPrunedOrForgottenIsGoneAndAllElseAsItWasWhereverItIsStopped() throws Exception {
    try (TestRepository one = TestRepository.in(folder.resolve("one"));
        TestRepository two = TestRepository.in(folder.resolve("two"))) {
      List<CommitId> ones = commits(one);
      List<CommitId> twos = commits(two);
      AssayProcess coordinator = assay.coordinator("--http", "127.0.0.1:0");
      coordinator.awaitOutput("is the active coordinator now");
      AssayProcess worker = assay.worker("w");
      AssayProcess observer =
          assay.observer("--backlog", "9", "one=" + one.path(), "two=" + two.path());
      assay.awaitVerdicts("one", ones);
      assay.awaitVerdicts("two", twos);
      assertThat(assay.verdict("one", ones.get(0)).orElseThrow().outcome())
          .isEqualTo(Outcome.FAILED);

      assertRefused("is written by another coordinator, ", "prune", "--keep", "1");
      assertRefused("an observer watches 'two'", "forget", "--yes", "two");
      end(observer, worker);
      assertRefused("is written by another coordinator, ", "forget", "--yes", "two");
      end(coordinator);

      pruneWithCrashes(ones, twos);
      forgetWithCrashes();
      assertIndexIsAsRebuilt();

      assay.coordinator("--http", "127.0.0.1:0").awaitOutput("is the active coordinator now");
      AssayProcess audit = run(Map.of(), "audit", "--backlog", "9", "one=" + one.path());
      assertThat(audit.awaitExit(LIMIT)).as(audit.output()).isZero();
      assertThat(audit.output()).contains("0 of 4 commits without a verdict");
    }
  }

  private void pruneWithCrashes(List<CommitId> ones, List<CommitId> twos) throws Exception {
    long before = bytes();
    AssayProcess dry = run(Map.of(), "prune", "--keep", "2", "--dry-run");
    assertThat(dry.awaitExit(LIMIT)).isZero();
    assertThat(dry.output()).contains("of 4 commits would be removed: ");
    assertThat(bytes()).as("a dry run changes nothing").isEqualTo(before);

    assertDies(CrashPoint.PRUNE_INDEX_DONE, 1, "prune", "--keep", "2");
    assertDies(CrashPoint.PRUNE_TESTS_GONE, 2, "prune", "--keep", "2");
    assertDies(CrashPoint.PRUNE_ARTIFACTS_LISTED, 2, "prune", "--keep", "2");
    assertDies(CrashPoint.PRUNE_LOG_GONE, 1, "prune", "--keep", "2");
    AssayProcess last = run(Map.of(), "prune", "--keep", "2");
    assertThat(last.awaitExit(LIMIT)).as(last.output()).isZero();

    for (List<CommitId> commits : List.of(ones, twos)) {
      String name = commits == ones ? "one" : "two";
      for (CommitId each : commits) {
        boolean isKept = commits.indexOf(each) >= 2;
        Path job = assay.results().resolve(name).resolve(each.value()).resolve("default");
        assertThat(assay.verdict(name, each)).isPresent();
        assertThat(assay.result(name, each).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Files.size(job.resolve("tests.jsonl")) > 0).as("tests").isEqualTo(isKept);
        assertThat(job.resolve("artifacts.json")).isNotEmptyFile();
        assertThat(Files.exists(job.resolve("artifacts.bin"))).as("artifacts").isEqualTo(isKept);
        assertThat(job.resolve("log.txt"))
            .content()
            .contains(isKept ? "\n1000\n" : "removed by assay prune");
      }
    }
    assertIndexIsAsRebuilt();
  }

  private void forgetWithCrashes() throws Exception {
    assertRefused("(4 commits) would be deleted for good; to do that, add --yes", "forget", "two");
    assertDies(CrashPoint.FORGET_ASIDE, 1, "forget", "--yes", "two");
    assertDies(CrashPoint.FORGET_INDEX_DONE, 1, "forget", "--yes", "two");
    assertDies(CrashPoint.FORGET_FILE_GONE, 3, "forget", "--yes", "two");
    AssayProcess last = run(Map.of(), "forget", "--yes", "two");
    assertThat(last.awaitExit(LIMIT)).as(last.output()).isZero();
    assertThat(assay.results().resolve("two")).doesNotExist();
    assertThat(assay.results().resolve(".forgotten")).doesNotExist();
    assertRefused("nothing is stored about repository 'two'", "forget", "--yes", "two");
  }

  private void assertDies(CrashPoint point, int time, String... command) {
    String crash = "-Dassay.crash-at=%s:%d".formatted(point, time);
    AssayProcess doomed = run(Map.of("ASSAY_JAVA_OPTS", crash), command);
    assertThat(doomed.awaitExit(LIMIT)).as("%s: %s", point, doomed.output()).isEqualTo(KILLED);
  }

  private void assertRefused(String why, String... command) {
    AssayProcess refused = run(Map.of(), command);
    assertThat(refused.awaitExit(LIMIT)).as(refused.output()).isIn(2, 3);
    assertThat(refused.output()).contains(why);
  }

  private AssayProcess run(Map<String, String> environment, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--results", assay.results().toString()));
    if (!command[0].equals("prune")) {
      all.addAll(List.of("--broker", Installation.uri(broker)));
    }
    return AssayProcess.start(folder, environment, all.toArray(String[]::new));
  }

  private static void end(AssayProcess... processes) {
    for (AssayProcess each : processes) {
      each.terminate();
      assertThat(each.awaitExit(LIMIT)).isZero();
    }
  }

  private static List<CommitId> commits(TestRepository repository) {
    List<CommitId> commits = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      String report =
          "<testsuite name='a'><testcase classname='a.B' name='always'/>"
              + "<testcase classname='a.B' name='N %d'><failure/></testcase></testsuite>"
                  .formatted(i);
      commits.add(
          repository.commit(
              "number " + i,
              Map.of(
                  "report",
                  report,
                  ".assay.yml",
                  "test: 'seq 1000; mkdir -p target/surefire-reports;"
                      + " sed s/N/only/ report >target/surefire-reports/TEST-a.xml; exit 1'\n"
                      + "artifacts: [report]\n")));
    }
    return commits;
  }

  private long bytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> all = Files.walk(assay.results())) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        bytes += each.toString().contains("assay.db") ? 0 : Files.size(each);
      }
    }
    return bytes;
  }

  private void assertIndexIsAsRebuilt() throws Exception {
    Path anew = folder.resolve("anew.db");
    Files.deleteIfExists(anew);
    AssayProcess rebuild =
        AssayProcess.start(
            folder, "reindex", "--results", assay.results() + "", "--index", anew.toString());
    assertThat(rebuild.awaitExit(LIMIT)).as(rebuild.output()).isZero();
    assertThat(content(assay.results().resolve(".index/assay.db"))).isEqualTo(content(anew));
  }

  private static List<List<String>> content(Path index) throws SQLException {
    List<List<String>> content = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + index);
        Statement statement = connection.createStatement()) {
      for (String each : CONTENT) {
        List<String> rows = new ArrayList<>();
        ResultSet found = statement.executeQuery(each);
        while (found.next()) {
          StringBuilder row = new StringBuilder();
          for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            row.append(found.getString(i)).append('|');
          }
          rows.add(row.toString());
        }
        rows.sort(null);
        content.add(rows);
      }
    }
    return content;
  }
}
