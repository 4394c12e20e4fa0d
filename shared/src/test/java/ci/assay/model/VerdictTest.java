package ci.assay.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final CommitId COMMIT = new CommitId("4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610");
  private static final Instant START = Instant.parse("2026-11-23T01:02:03.000Z");

  @Test
  void commitIsAsGoodAsItsWorstVariant() {
    Verdict verdict =
        Verdict.of(
            List.of(
                result("a", Outcome.PASSED),
                result("b", Outcome.FAILED),
                result("c", Outcome.ERRORED)));
    assertThat(verdict.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(verdict.variants()).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void variantThatMayFailIsShownAndDoesNotCount() {
    Verdict verdict =
        Verdict.of(
            List.of(
                result(new Variant("a", Map.of()), Outcome.PASSED),
                result(new Variant("b", Map.of(), true), Outcome.FAILED)));
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASSED);
    assertThat(verdict.variants().get("b"))
        .matches(part -> part != null && part.mayFail() && part.outcome() == Outcome.FAILED);
  }

  @Test
  void summaryOfManyVariantsCountsThemAndNamesTheDecidingOnes() {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      results.add(result("v" + i, i < 9 ? Outcome.FAILED : Outcome.PASSED));
    }
    assertThat(Verdict.of(results).summary())
        .isEqualTo("256 variants: 247 passed, 9 failed; v0: done; v1: done; v2: done; …");
    assertThat(Verdict.of(results.subList(9, 15)).summary()).isEqualTo("6 variants: 6 passed");
    assertThat(Verdict.of(results.subList(8, 10)).summary()).isEqualTo("v8: done; v9: done");
  }

  @Test
  void commitWasQueuedWithItsFirstJobAndFinishedWithItsLastRun() {
    Result early = result("a", Outcome.PASSED);
    Result late = at(result("b", Outcome.PASSED), START.plusSeconds(10));
    Verdict verdict = Verdict.of(List.of(late, early));
    assertThat(verdict.queuedAt()).isEqualTo(START);
    assertThat(verdict.finishedAt()).isEqualTo(START.plusSeconds(12));
  }

  @Test
  void durationIsNotNegativeWhenTheClockWasSetBack() {
    Result result = result("a", Outcome.PASSED);
    Result odd = with(result, result.queuedAt(), START.plusSeconds(5), START);
    assertThat(odd.duration()).isZero();
  }

  private static Result result(String variant, Outcome outcome) {
    return result(new Variant(variant, Map.of()), outcome);
  }

  private static Result result(Variant variant, Outcome outcome) {
    JobId id = JobId.of("bottle", COMMIT, variant.name());
    Job job =
        new Job(
            id,
            new Revision(
                new Repository("bottle", "/srv/git/bottle.git"),
                COMMIT,
                null,
                List.of(),
                "refs/heads/main"),
            new Task(variant, 3, null, "default", 60),
            new Origin(START, "push", null));
    return new Result(
        id,
        new RunId("run-" + variant.name(), 1),
        new Conclusion(outcome, null, 0, "done"),
        new Execution("host-1", START, START.plusSeconds(1), START.plusSeconds(2), Map.of()),
        new Findings(null, FileSummary.EMPTY, null),
        job);
  }

  private static Result at(Result result, Instant queued) {
    return with(result, queued, queued.plusSeconds(1), queued.plusSeconds(2));
  }

  private static Result with(Result result, Instant queued, Instant started, Instant finished) {
    return new Result(
        result.id(),
        new RunId(result.run(), result.attempt()),
        new Conclusion(result.outcome(), result.cause(), result.exitCode(), result.summary()),
        new Execution(result.worker(), queued, started, finished, result.phasesMillis()),
        new Findings(result.tests(), result.log(), null),
        result.about());
  }
}
