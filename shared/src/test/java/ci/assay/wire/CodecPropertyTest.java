package ci.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Started;
import ci.assay.model.TestCounts;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CodecPropertyTest {

  @Property(tries = 300)
  void whatIsWrittenIsReadBack(@ForAll("messages") Message message) {
    assertThat(Codec.decode(Codec.encode(message))).isEqualTo(message);
  }

  @Property(tries = 100)
  void whatIsWrittenForPeopleIsReadBack(@ForAll("messages") Message message) {
    byte[] file = Codec.encodePretty(message);
    assertThat(Codec.decodeFile(file, message.getClass())).isEqualTo(message);
  }

  @Property(tries = 100)
  void verdictIsReadBack(@ForAll("results") Result result) {
    Verdict verdict = Verdict.of(List.of(result));
    assertThat(Codec.decodeVerdict(Codec.encodePretty(verdict))).isEqualTo(verdict);
  }

  @Provide
  Arbitrary<? extends Message> messages() {
    return Arbitraries.oneOf(jobs(), results(), starts());
  }

  Arbitrary<Started> starts() {
    return Combinators.combine(jobs(), names(), texts(), instants())
        .as((job, run, worker, at) -> new Started(job.id(), run, worker, at));
  }

  @Provide
  Arbitrary<Result> results() {
    Arbitrary<LogSummary> logs =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(0),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false).injectNull(0.5))
            .as(LogSummary::new);
    Arbitrary<Integer> counts = Arbitraries.integers().greaterOrEqual(0);
    Arbitrary<TestCounts> tests =
        Combinators.combine(counts, counts, counts, counts).as(TestCounts::new).injectNull(0.3);
    return Combinators.combine(
            jobs(),
            names(),
            Arbitraries.of(Outcome.class),
            texts().injectNull(0.5),
            Arbitraries.integers().injectNull(0.3),
            instants().list().ofSize(3),
            tests,
            logs)
        .as(
            (job, run, outcome, cause, exit, times, counted, log) ->
                new Result(
                    job.id(),
                    run,
                    1,
                    outcome,
                    cause,
                    exit,
                    "summary " + cause,
                    run,
                    times.get(0),
                    times.get(1),
                    times.get(2),
                    Map.of("fetch", 9L),
                    counted,
                    log,
                    job));
  }

  Arbitrary<Job> jobs() {
    return Combinators.combine(
            names(),
            names(),
            commits(),
            commits().list().ofMaxSize(3),
            texts(),
            texts().injectNull(0.5),
            Arbitraries.maps(texts(), texts()).ofMaxSize(3),
            instants())
        .as(
            (repository, variant, commit, parents, ref, test, env, at) ->
                new Job(
                    new JobId(repository, commit, variant, 1 + parents.size()),
                    new Repository(repository, "x" + ref),
                    commit,
                    parents.isEmpty() ? null : parents.get(0),
                    parents,
                    ref,
                    new Variant(variant, env),
                    1 + env.size(),
                    test,
                    repository,
                    1 + ref.length(),
                    at,
                    "push"));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('0', '9')
        .withChars("_-.")
        .ofMinLength(1)
        .ofMaxLength(64)
        .filter(name -> !name.startsWith("."));
  }

  private static Arbitrary<CommitId> commits() {
    return Arbitraries.strings()
        .withCharRange('0', '9')
        .withCharRange('a', 'f')
        .ofLength(40)
        .map(CommitId::new);
  }

  /** Any characters, with no half of a surrogate pair: UTF-8 has no form for one. */
  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withCharRange('\u0000', '\ud7ff')
        .withChars("\"\\\n\r\t ")
        .ofMaxLength(40);
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs().between(0, 4_102_444_800_000_000L).map(CodecPropertyTest::ofMicros);
  }

  private static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }
}
