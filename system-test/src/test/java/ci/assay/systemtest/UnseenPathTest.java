package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A repository that the observer was given by a path, and workers that do not have that path, as on
 * another machine. Needs root, for a mount that hides it.
 */
@Tag("broker")
@Tag("root")
@Timeout(600)
class UnseenPathTest {

  private static final String BLINDED = "it goes back, for another worker";

  @TempDir Path folder;

  @Test
  void commitsAreTestedByTheWorkerThatHasThePathAndWithoutItAreErroredWithWhatToDo()
      throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("served/bottle"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      assay.coordinator().awaitOutput("is the active coordinator now");
      AssayProcess blind = blind(assay, "blind").awaitOutput("takes jobs of");
      AssayProcess sees = assay.worker("sees").awaitOutput("takes jobs of");
      List<CommitId> all = repository.commits(12);
      assay
          .observer("--backlog", "20", "--test", "true", "bottle=" + repository.path())
          .awaitOutput("bottle is given by a path: workers on other machines can test it only");
      blind.awaitOutput(BLINDED);
      assay.awaitVerdicts("bottle", all);

      for (CommitId each : all) {
        Verdict verdict = assay.verdict("bottle", each).orElseThrow();
        assertThat(verdict.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(verdict.variants().values())
            .extracting(Verdict.Part::worker)
            .containsExactly("sees");
      }

      sees.terminate();
      assertThat(sees.awaitExit(Duration.ofSeconds(30))).isZero();
      CommitId alone = repository.commit("alone", Map.of("file", "alone"));
      assertThat(assay.awaitVerdict("bottle", alone).outcome()).isEqualTo(Outcome.ERRORED);

      Result result = assay.result("bottle", alone);
      assertThat(result.cause())
          .startsWith("no worker of pool 'default' sees the repository's path ")
          .contains("worker blind gave it back: repository " + repository.path() + " is not there")
          .contains("give the observer a URL");
      assertThat(times(blind.output(), alone.abbreviated(), BLINDED)).isBetween(1L, 3L);
    }
  }

  private AssayProcess blind(Installation assay, String name) {
    return assay.workerBy(
        "exec unshare -m sh -c 'mount -t tmpfs none %s && exec \"$0\" \"$@\"' \"$0\" \"$@\""
            .formatted(folder.resolve("served")),
        name);
  }

  private static long times(String output, String... words) {
    return output.lines().filter(line -> List.of(words).stream().allMatch(line::contains)).count();
  }
}
