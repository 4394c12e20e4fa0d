package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import ci.assay.testing.TestBroker;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit whose test kills, with SIGKILL, any worker that runs it. */
class PoisonCommitTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KILLED = 137;
  private static final int ATTEMPTS = 3;

  @TempDir Path folder;

  private final Map<String, AssayProcess> workers = new LinkedHashMap<>();

  @Test
  void aCommitThatKillsItsWorkersIsErroredAndNamesThemWhileOthersAreJudged() throws Exception {
    Path begun = Files.createFile(folder.resolve("begun"));
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      List<CommitId> others = new ArrayList<>();
      others.add(repository.commit("before", Map.of("file", "before")));
      assay.coordinator().awaitOutput("is the active coordinator now");
      for (int i = 0; i <= ATTEMPTS; i++) {
        startWorker(assay, "worker-" + i);
      }
      assay
          .observer("--test", "echo fine", "sample=" + repository.path())
          .awaitOutput("1 new commit");

      CommitId poison = repository.commit("poison", Map.of(".assay.yml", killing(begun)));
      others.add(repository.commit("after", Map.of(".assay.yml", "test: echo fine\n")));

      Verdict verdict = assay.awaitVerdict("sample", poison);
      assertThat(verdict.outcome()).isEqualTo(Outcome.ERRORED);
      others.add(repository.commit("last", Map.of("file", "last")));
      assay.awaitVerdicts("sample", others);

      List<String> dead = dead();
      assertThat(dead).as("the workers that it killed").hasSize(ATTEMPTS);
      dead.forEach(each -> assertThat(worker(each).awaitExit(LIMIT)).as(each).isEqualTo(KILLED));
      assertThat(Files.readAllLines(begun)).containsExactlyInAnyOrderElementsOf(dead);
      assertThat(namedIn(String.valueOf(assay.result("sample", poison).cause()))).isEqualTo(dead);
      assertThat(assay.runs("sample", poison)).isEqualTo(1);
      assertThat(others)
          .allSatisfy(
              each ->
                  assertThat(assay.awaitVerdict("sample", each).outcome())
                      .isEqualTo(Outcome.PASSED));
    }
    await().atMost(LIMIT).untilAsserted(() -> assertThat(Leftovers.processesOf(folder)).isEmpty());
  }

  private void startWorker(Installation assay, String name) throws IOException {
    AssayProcess worker = assay.worker(name).awaitOutput("takes jobs of");
    workers.put(name, worker);
    Files.writeString(folder.resolve("pid-of-" + name), Long.toString(worker.pid()));
  }

  /**
   * A script that finds its worker by the work folder. Processes that it starts must not survive.
   */
  private String killing(Path begun) {
    return """
        test: |
          name=${PWD#*/work-}
          name=${name%%%%/*}
          echo $name >> %s
          sleep 1000 &
          setsid sleep 1000 &
          kill -KILL $(cat %s/pid-of-$name)
          wait
        """
        .formatted(begun, folder);
  }

  private AssayProcess worker(String name) {
    return Objects.requireNonNull(workers.get(name), name);
  }

  private List<String> dead() {
    return workers.entrySet().stream()
        .filter(each -> !each.getValue().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  private List<String> namedIn(String cause) {
    return workers.keySet().stream()
        .filter(each -> cause.contains("worker " + each + " was lost"))
        .toList();
  }
}
