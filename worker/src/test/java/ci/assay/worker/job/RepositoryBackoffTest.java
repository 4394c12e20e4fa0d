package ci.assay.worker.job;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Repository;
import ci.assay.model.Revision;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepositoryBackoffTest {

  private static final Repository DOWN = new Repository("down", "https://down.example/down.git");
  private static final Repository UP = new Repository("up", "https://up.example/up.git");

  private long now;
  private final RepositoryBackoff reachability = new RepositoryBackoff(() -> now);

  @Test
  void whatIsNotKnownToBeDownIsTried() {
    assertThat(reachability.pauseBefore(job(DOWN, 1))).isEmpty();
    assertThat(reachability.pauseBefore(job(DOWN, 2))).isEmpty();
  }

  @Test
  void jobsOfARepositoryThatIsDownAreSetAsideAndThoseOfOthersAreNot() {
    reachability.failed(DOWN);
    assertThat(reachability.pauseBefore(job(DOWN, 1)))
        .hasValueSatisfying(
            pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    assertThat(reachability.pauseBefore(job(UP, 1))).isEmpty();
    assertThat(reachability.aside()).containsExactly(job(DOWN, 1).id());
  }

  @Test
  void oneAtATimeFindsOutWhetherItIsBack() {
    reachability.failed(DOWN);
    passes(Duration.ofSeconds(2));
    assertThat(reachability.pauseBefore(job(DOWN, 1))).isEmpty();
    assertThat(reachability.pauseBefore(job(DOWN, 2))).isPresent();
    reachability.tried(DOWN);
    assertThat(reachability.pauseBefore(job(DOWN, 2))).isEmpty();
  }

  @Test
  void triesBecomeRarerAndOneOfSeveralAtOnceCounts() {
    reachability.failed(DOWN);
    reachability.failed(DOWN);
    passes(Duration.ofSeconds(2));
    assertThat(reachability.pauseBefore(job(DOWN, 1))).as("after one").isEmpty();
    reachability.failed(DOWN);
    passes(Duration.ofMillis(1_900));
    assertThat(reachability.pauseBefore(job(DOWN, 1))).as("after two").isPresent();
    passes(Duration.ofSeconds(3));
    assertThat(reachability.pauseBefore(job(DOWN, 1))).isEmpty();
  }

  @Test
  void onceReachedNothingIsSetAsideAnyMore() {
    reachability.failed(DOWN);
    reachability.reached(DOWN);
    assertThat(reachability.pauseBefore(job(DOWN, 1))).isEmpty();
    assertThat(reachability.pauseBefore(job(DOWN, 2))).isEmpty();
  }

  @Test
  void whatIsSetAsideIsForgottenAWhileAfterItsPause() {
    reachability.setAside(job(DOWN, 1).id(), Duration.ofSeconds(10));
    passes(Duration.ofSeconds(12));
    assertThat(reachability.aside()).hasSize(1);
    passes(Duration.ofSeconds(10));
    assertThat(reachability.aside()).isEmpty();
  }

  private void passes(Duration time) {
    now += time.toNanos();
  }

  private static Job job(Repository where, int number) {
    CommitId commit = new CommitId("%040x".formatted(number));
    return new Job(
        JobId.of(where.name(), commit, "default"),
        new Revision(where, commit, null, List.of(), "refs/heads/main"),
        new Task(Variant.DEFAULT, 1, null, "default", 60),
        new Origin(Instant.EPOCH, "push", null));
  }
}
