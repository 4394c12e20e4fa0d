package ci.assay.systemtest.branches;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories: whatever happens to the branches and the messages, each branch's status is its
 * tip's verdict. Everything is real except the broker: messages are lost, duplicated and reordered.
 * The seed of a failure is the test's argument.
 */
@Execution(value = ExecutionMode.CONCURRENT, reason = "each waits for its disk most of the time")
@Tag("long")
class BranchHistoriesTest {

  private static final int STEPS = 20;
  private static final Outcome[] OUTCOMES = {Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED};

  @TempDir Path folder;

  static int[] seeds() {
    return IntStream.range(0, 50).toArray();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void branchHasTheVerdictOfItsTip(int seed) throws Exception {
    Random random = new Random(seed);
    try (History history = new History(folder.resolve("bottle.git"), random);
        WithoutBroker system = new WithoutBroker(folder, history.git)) {
      Map<CommitId, String> verdicts = new HashMap<>();
      for (int step = 0; step < STEPS; step++) {
        history.step();
        switch (random.nextInt(6)) {
          case 0 -> {} // no poll before the next step
          case 1 -> system.look();
          case 2 -> {
            system.look();
            system.deliverBadly(random);
          }
          case 3 -> {
            system.restartCoordinator(random.nextBoolean());
            system.look();
            system.deliverBadly(random);
          }
          case 4 -> {
            system.restartObserver(random.nextBoolean());
            system.look();
            system.deliverBadly(random);
          }
          default -> {
            heal(system, random);
            assertThat(system.statuses()).isEqualTo(history.statuses(verdicts));
          }
        }
        judgeSome(system, verdicts, random);
      }
      heal(system, random);
      assertThat(system.statuses()).isEqualTo(history.statuses(verdicts));
      assertThat(system.untestedTips()).as("tips without a job").isEmpty();

      for (Job job : system.owed()) {
        judge(system, verdicts, job, random);
      }
      system.index();
      assertThat(system.statuses())
          .isEqualTo(history.statuses(verdicts))
          .doesNotContainValue("none");
      system.restartCoordinator(true);
      assertThat(system.statuses()).isEqualTo(history.statuses(verdicts));
    }
  }

  /** Polls again after a while, and delivers all messages from now on. */
  private static void heal(WithoutBroker system, Random random) throws Exception {
    system.passTime();
    system.look();
    system.deliverAll(random);
    system.index();
  }

  private static void judgeSome(WithoutBroker system, Map<CommitId, String> verdicts, Random random)
      throws Exception {
    for (Job job : system.owed()) {
      if (random.nextInt(3) == 0) {
        judge(system, verdicts, job, random);
      }
    }
  }

  private static void judge(
      WithoutBroker system, Map<CommitId, String> verdicts, Job job, Random random)
      throws Exception {
    Outcome outcome = OUTCOMES[random.nextInt(OUTCOMES.length)];
    system.judge(job, outcome);
    verdicts.put(job.commit(), outcome.word());
  }
}
