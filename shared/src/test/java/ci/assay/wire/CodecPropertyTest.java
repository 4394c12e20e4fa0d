package ci.assay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.message.ActiveNotice;
import ci.assay.message.LivenessQuery;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.message.Tick;
import ci.assay.message.WatchRequest;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Combinators.F4;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

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

  @Property(tries = 300)
  void textsOfACommitTakeALimitedPartOfItsJob(
      @ForAll("jobs") Job job, @ForAll String author, @ForAll String subject) {
    byte[] with = Codec.encode(with(job, new Change(author, Instant.EPOCH, subject)));
    byte[] without = Codec.encode(with(job, null));
    assertThat(with.length - without.length).isLessThan(3 * 1024);
  }

  private static Job with(Job job, @Nullable Change change) {
    return new Job(
        job.id(),
        new Revision(job.repository(), job.commit(), job.tree(), job.parents(), job.ref()),
        new Task(job.variant(), job.variants(), job.test(), job.pool(), job.timeoutSeconds()),
        new Origin(job.queuedAt(), job.reason(), change));
  }

  @Property(tries = 300)
  void testCasesAreBoundedAndReadBack(
      @ForAll("cases") TestCase one, @ForAll @IntRange(min = 1, max = 5000) int times) {
    TestCase large =
        new TestCase(
            one.group().repeat(times),
            one.name().repeat(times),
            one.outcome(),
            one.millis(),
            one.name().repeat(times),
            one.group().repeat(times));
    byte[] line = Codec.encodeLine(large);
    assertThat(Codec.decodeTestCase(new String(line, UTF_8))).isEqualTo(large);
    assertThat(large.group().getBytes(UTF_8)).hasSizeLessThanOrEqualTo(TestCase.MAX_NAME);
    assertThat(String.valueOf(large.message()).getBytes(UTF_8))
        .hasSizeLessThanOrEqualTo(TestCase.MAX_MESSAGE);
    assertThat(String.valueOf(large.stack()).getBytes(UTF_8))
        .hasSizeLessThanOrEqualTo(TestCase.MAX_STACK);
  }

  @Provide
  Arbitrary<TestCase> cases() {
    Arbitrary<String> text = Arbitraries.strings().withCharRange('\u0000', '\uffff').ofMaxLength(9);
    return Combinators.combine(
            text,
            text,
            Arbitraries.of(CaseOutcome.class),
            Arbitraries.longs().greaterOrEqual(0).injectNull(0.3))
        .as(
            (group, name, outcome, millis) ->
                new TestCase(group, name, outcome, millis, name, null));
  }

  @Example
  void messagesOfEveryKindAreTried() {
    assertThat(kinds().keySet()).isEqualTo(new HashSet<>(MessageTypes.all()));
  }

  @Provide
  Arbitrary<Message> messages() {
    return Arbitraries.of(kinds().values()).flatMap(each -> each.map(Message.class::cast));
  }

  private Map<Class<?>, Arbitrary<? extends Message>> kinds() {
    Map<Class<?>, Arbitrary<? extends Message>> kinds = new LinkedHashMap<>();
    kinds.put(Job.class, jobs());
    kinds.put(Result.class, results());
    kinds.put(RunStarted.class, runs(RunStarted::new));
    kinds.put(
        RunReturned.class,
        runs((id, run, worker, at) -> new RunReturned(id, run, worker, run + worker, odd(at), at)));
    kinds.put(
        RunNotice.class,
        Combinators.combine(runs(RunStarted::new), Arbitraries.of(RunNotice.State.class))
            .as((run, state) -> here(run, state)));
    kinds.put(LivenessQuery.class, runs((id, run, worker, at) -> new LivenessQuery(id, run)));
    kinds.put(ResendRequest.class, runs((id, run, worker, at) -> new ResendRequest(id, run)));
    kinds.put(
        WatchRequest.class, runs((id, run, worker, at) -> new WatchRequest(id, at.toEpochMilli())));
    kinds.put(StopRequest.class, runs((id, run, worker, at) -> new StopRequest(id, worker)));
    kinds.put(
        StartRequest.class,
        Combinators.combine(
                runs(RunStarted::new), Arbitraries.integers().greaterOrEqual(1), lists())
            .as(
                (run, most, silent) ->
                    new StartRequest(run.id(), run.run(), run.worker(), most, silent)));
    kinds.put(
        StartReply.class,
        Combinators.combine(
                ids(),
                Arbitraries.of(StartReply.Decision.class),
                Arbitraries.integers().greaterOrEqual(1),
                lists(),
                Arbitraries.of(true, false).injectNull(0.5))
            .as(StartReply::new));
    kinds.put(Tick.class, runs((id, run, who, at) -> new Tick(run, who, at.toEpochMilli(), at)));
    kinds.put(
        RefTips.class,
        Combinators.combine(
                names(),
                Arbitraries.longs().greaterOrEqual(1),
                Arbitraries.maps(names().map(name -> "refs/heads/" + name), commits()).ofMaxSize(4),
                Arbitraries.integers().greaterOrEqual(0))
            .as(
                (name, sequence, refs, more) ->
                    new RefTips(name, sequence, refs, more, Instant.EPOCH)));
    kinds.put(ActiveNotice.class, runs((id, run, who, at) -> new ActiveNotice(run, who, at)));
    kinds.put(Presence.class, presences());
    Arbitrary<List<JobId>> some = ids().list().ofMaxSize(3);
    kinds.put(ReconcileRequest.class, some.map(ReconcileRequest::new));
    kinds.put(ReconcileReply.class, Combinators.combine(some, some, some).as(ReconcileReply::new));
    kinds.put(
        Order.class,
        Combinators.combine(
                Arbitraries.of(Order.Kind.class),
                names(),
                commits(),
                names().injectNull(0.5),
                texts())
            .as(Order::new));
    kinds.put(PollRequest.class, Combinators.combine(names(), texts()).as(PollRequest::new));
    kinds.put(
        OrderReply.class,
        Combinators.combine(Arbitraries.of(true, false), texts().list().ofMaxSize(3))
            .as(OrderReply::new));
    return kinds;
  }

  private static Arbitrary<Presence> presences() {
    Arbitrary<List<Presence.Underway>> running =
        runs((id, run, worker, at) -> new Presence.Underway(id, run, at)).list().ofMaxSize(3);
    return Combinators.combine(
            names(),
            lists(),
            Arbitraries.integers(),
            running,
            ids().list().ofMaxSize(3),
            Arbitraries.longs(),
            texts().injectNull(0.5),
            instants())
        .as(
            (worker, pools, slots, underway, held, free, why, at) ->
                new Presence(
                    new Presence.Sender(worker, worker + "-1"),
                    new Presence.Capacity(pools, slots, odd(at) ? null : worker),
                    new Presence.Load(underway, held),
                    new Presence.Condition(free, why, odd(at) ? null : true),
                    at));
  }

  /** The components of most messages: a job, a run, a worker or other name, a time. */
  private static <T> Arbitrary<T> runs(F4<JobId, String, String, Instant, T> made) {
    return Combinators.combine(ids(), names(), texts(), instants()).as(made);
  }

  private static RunNotice here(RunStarted run, RunNotice.State state) {
    return new RunNotice(run.id(), run.run(), run.worker(), state, run.startedAt());
  }

  private static boolean odd(Instant at) {
    return at.toEpochMilli() % 2 == 1;
  }

  private static Arbitrary<List<String>> lists() {
    return names().list().ofMaxSize(3);
  }

  private static Arbitrary<JobId> ids() {
    return Combinators.combine(
            names(), commits(), names(), Arbitraries.integers().between(1, 999_999_999))
        .as(JobId::new);
  }

  @Provide
  Arbitrary<Result> results() {
    Arbitrary<FileSummary> logs =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(0),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false).injectNull(0.5))
            .as(FileSummary::new);
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
                    new RunId(run, 1),
                    new Conclusion(outcome, cause, exit, "summary " + cause),
                    new Execution(
                        run, times.get(0), times.get(1), times.get(2), Map.of("fetch", 9L)),
                    new Findings(counted, log, exit == null ? null : log),
                    job));
  }

  @Provide
  Arbitrary<Job> jobs() {
    return Combinators.combine(
            names(),
            names(),
            commits(),
            commits().list().ofMaxSize(3),
            texts(),
            texts().injectNull(0.5),
            Arbitraries.maps(texts(), texts()).ofMaxSize(3),
            Combinators.combine(instants(), changes().injectNull(0.5)).as(When::new))
        .as(
            (repository, variant, commit, parents, ref, test, env, when) ->
                new Job(
                    new JobId(repository, commit, variant, 1 + parents.size()),
                    new Revision(
                        new Repository(repository, "x" + ref),
                        commit,
                        parents.isEmpty() ? null : parents.get(0),
                        parents,
                        ref),
                    new Task(
                        new Variant(variant, env),
                        1 + env.size(),
                        test,
                        repository,
                        1 + ref.length()),
                    new Origin(when.queuedAt(), "push", when.change())));
  }

  private record When(Instant queuedAt, @Nullable Change change) {}

  private static Arbitrary<Change> changes() {
    return Combinators.combine(anything(), instants(), anything()).as(Change::new);
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

  /** Any characters except unpaired surrogates, which UTF-8 cannot encode. */
  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withCharRange('\u0000', '\ud7ff')
        .withChars("\"\\\n\r\t ")
        .ofMaxLength(40);
  }

  /** Any characters, including unpaired surrogates, and of any length. */
  private static Arbitrary<String> anything() {
    return Arbitraries.strings().withCharRange('\u0000', '\uffff').ofMaxLength(1000);
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs().between(0, 4_102_444_800_000_000L).map(CodecPropertyTest::ofMicros);
  }

  private static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
  }
}
