package ci.assay.systemtest.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerProbe;
import ci.assay.model.CommitId;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestBroker.Permissions;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The broker permissions of a program are revoked while it runs, and granted again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WithdrawnPermissionsTest {

  private static final Duration WATCHED = Duration.ofSeconds(10);
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Permissions NONE = new Permissions("^$", "^$", "^$");

  private final TestBroker broker = TestBroker.owned();
  private BrokerAddress host = broker.address();

  @TempDir Path folder;

  @AfterAll
  void end() {
    broker.close();
  }

  @BeforeEach
  void declareWhatUsersMayNot() {
    host = broker.newVirtualHost();
    var unused = BrokerProbe.of(host, "test", List.of("default"));
  }

  /** A broker user for each program, with its permissions from docs/operations.md. */
  private record Role(String name, Permissions permissions, String whenBack) {
    static final Role OBSERVER =
        of("observer", "jobs|inquiry", "inquiry", "the broker takes what is published again");
    static final Role WORKER =
        of(
            "worker",
            "results|dead|inquiry|control|presence|live",
            "jobs\\..+|inquiry|control",
            "takes from its queue again");
    static final Role COORDINATOR =
        of(
            "coordinator",
            "jobs|results|dead|inquiry|control",
            "results|dead|inquiry|control|presence|live",
            "takes from its queue again");

    private static Role of(String name, String write, String read, String whenBack) {
      String own = "amq\\.gen-.*";
      return new Role(
          name,
          new Permissions("^" + own + "$", pattern(write, own), pattern(read, own)),
          whenBack);
    }

    private static String pattern(String ours, String own) {
      return "^(assay\\.(" + ours + ")|" + own + ")$";
    }
  }

  @Test
  void whoMayDoNothingSaysSoOnceAndGoesOnWhenItMayAgain() throws Exception {
    try (Programs programs = new Programs()) {
      for (Role role : programs.processes.keySet()) {
        AssayProcess process = programs.process(role);
        int start = process.output().length();
        broker.withUser(host, user(role), NONE);
        broker.ctl("close_all_user_connections", user(role), "permissions");
        programs.commit(role.name);
        Churn before = churn();
        programs.assertAliveAndCalm();
        assertThat(churn().since(before)).as("tries of %s", role).matches(Churn::isCalm);
        assertThat(process.output().substring(start)).contains("ACCESS_REFUSED");

        broker.withUser(host, user(role), role.permissions);
        programs.awaitVerdicts();
        process.awaitOutput(role.whenBack);
        assertNothingIsSaidTwice(process.output().substring(start));
      }
      programs.assertEachWasRunOnce();
    }
  }

  @Test
  void whoIsShutOutSaysSoOnceAndGoesOnWhenItIsLetInAgain() throws Exception {
    try (Programs programs = new Programs()) {
      for (Role role : programs.processes.keySet()) {
        broker.ctl("clear_permissions", "-p", host.virtualHost(), user(role));
      }
      broker.stop();
      broker.start();
      programs.commit("meanwhile");
      String refused = "access to vhost '" + host.virtualHost() + "' refused for user";
      programs.processes.values().forEach(each -> each.awaitOutput(refused));
      programs.assertAliveAndCalm();
      for (AssayProcess each : programs.processes.values()) {
        assertThat(each.output()).containsOnlyOnce(refused);
        // before the broker stopped it may also have refused something else
        assertNothingIsSaidTwice(
            each.output()
                .lines()
                .filter(line -> line.contains("refused for user"))
                .collect(Collectors.joining("\n")));
      }

      for (Role role : programs.processes.keySet()) {
        broker.withUser(host, user(role), role.permissions);
      }
      programs.awaitVerdicts();
      programs.assertEachWasRunOnce();
    }
  }

  /** Compares lines without their times, and without names that the broker generates. */
  private static void assertNothingIsSaidTwice(String output) {
    assertThat(
            output
                .lines()
                .map(line -> line.replaceFirst("^\\S+ ", "").replaceAll("amq\\.gen-\\S+", "…"))
                .filter(line -> line.startsWith("WARN") || line.endsWith(" again")))
        .doesNotHaveDuplicates();
  }

  private String user(Role role) {
    return role.name + "-of-" + host.virtualHost();
  }

  /** How many connections and channels were opened at the broker. */
  private record Churn(int connections, int channels) {
    Churn since(Churn before) {
      return new Churn(connections - before.connections, channels - before.channels);
    }

    /** Several loops retry, each after 0.1 s, 0.2 s, 0.4 s … 5 s at the soonest. */
    boolean isCalm() {
      return connections <= 4 && channels <= 200;
    }
  }

  private Churn churn() {
    String numbers =
        broker.ctl(
            "eval",
            "[R] = ets:tab2list(connection_churn_metrics),"
                + " io_lib:format(\"~b ~b\", [element(2, R), element(4, R)]).");
    List<Integer> both =
        NUMBER.matcher(numbers).results().map(each -> Integer.valueOf(each.group())).toList();
    return new Churn(both.get(0), both.get(1));
  }

  /** One program of each role, and a repository. */
  private final class Programs implements AutoCloseable {
    final Map<Role, AssayProcess> processes = new LinkedHashMap<>();
    private final TestRepository repository = TestRepository.in(folder.resolve("repository"));
    private final List<CommitId> commits = new ArrayList<>();
    private final Path begun = folder.resolve("begun");
    private final Installation observers = installation(Role.OBSERVER);
    private final Installation workers = installation(Role.WORKER);
    private final Installation coordinators = installation(Role.COORDINATOR);

    Programs() {
      commit("first");
      String test = "echo $ASSAY_COMMIT >> " + begun;
      processes.put(
          Role.OBSERVER, observers.observer("--test", test, "sample=" + repository.path()));
      processes.put(Role.WORKER, workers.worker("one"));
      processes.put(Role.COORDINATOR, coordinators.coordinator());
      awaitVerdicts();
    }

    private Installation installation(Role role) {
      return new Installation(folder, broker.withUser(host, user(role), role.permissions));
    }

    AssayProcess process(Role role) {
      return Objects.requireNonNull(processes.get(role));
    }

    void commit(String content) {
      commits.add(repository.commit(content, Map.of("file", content)));
    }

    void awaitVerdicts() {
      coordinators.awaitVerdicts("sample", commits);
    }

    /**
     * Checks for a while that they live and use little. A quarter of one processor, for all of them
     * together, is more than the retries need.
     */
    void assertAliveAndCalm() {
      Duration before = processorTime();
      await()
          .during(WATCHED)
          .atMost(WATCHED.multipliedBy(2))
          .until(() -> processes.values().stream().allMatch(AssayProcess::isAlive));
      assertThat(processorTime().minus(before)).isLessThan(WATCHED.dividedBy(4));
    }

    private Duration processorTime() {
      return processes.values().stream()
          .map(each -> ProcessHandle.of(each.pid()).orElseThrow())
          .map(each -> each.info().totalCpuDuration().orElseThrow())
          .reduce(Duration.ZERO, Duration::plus);
    }

    void assertEachWasRunOnce() throws IOException {
      assertThat(Files.readAllLines(begun))
          .containsExactlyInAnyOrderElementsOf(commits.stream().map(CommitId::value).toList());
      assertThat(commits).allMatch(each -> coordinators.runs("sample", each) == 1);
    }

    @Override
    public void close() {
      observers.close();
      workers.close();
      coordinators.close();
      repository.close();
    }
  }
}
