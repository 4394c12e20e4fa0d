package ci.assay.web;

import ci.assay.coordinator.ResultReader;
import ci.assay.index.BranchLine;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.CommitQueries;
import ci.assay.index.Cursor;
import ci.assay.index.JobLine;
import ci.assay.index.TestFilter;
import ci.assay.index.TestLine;
import ci.assay.index.TestQueries;
import ci.assay.index.TrendQueries;
import ci.assay.model.CommitId;
import ci.assay.model.InvalidInputException;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Presence;
import ci.assay.model.Receipt;
import ci.assay.model.Result;
import ci.assay.web.PageModels.Card;
import ci.assay.web.PageModels.Pool;
import ci.assay.web.PageModels.Running;
import ci.assay.web.PageModels.Strip;
import ci.assay.web.PageModels.Variant;
import ci.assay.web.PageModels.Waiting;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts together what the pages show. Safe for use by many threads. */
final class Pages {

  private static final int BRANCHES_ON_CARD = 6;
  private static final int STRIP = 40;
  private static final int COMMITS = 50;
  private static final int WAITING = 200;
  private static final int TESTS = 50;
  private static final int CHARTED = 200;
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4,63}");
  private static final int MOST_ALIKE = 100;
  static final int LINES = 500;

  private final CommitQueries commits;
  private final TestQueries tests;
  private final TrendQueries trends;
  private final ResultReader files;
  private final Installation installation;
  private final LogTexts logs;
  private final Access access;
  private final @Nullable String management;
  private final Clock clock;

  /** What pages are made from. */
  record Sources(
      CommitQueries commits,
      TestQueries tests,
      TrendQueries trends,
      ResultReader files,
      Installation installation,
      LogTexts logs,
      Access access,
      @Nullable String management,
      Clock clock) {}

  Pages(Sources sources) {
    this.commits = sources.commits();
    this.tests = sources.tests();
    this.trends = sources.trends();
    this.files = sources.files();
    this.installation = sources.installation();
    this.logs = sources.logs();
    this.access = sources.access();
    this.management = sources.management();
    this.clock = sources.clock();
  }

  PageModels.Overview overview(Context context) {
    List<Card> cards = new ArrayList<>();
    for (String repository : commits.repositories()) {
      List<Strip> strips = new ArrayList<>();
      for (BranchLine branch : commits.branches(repository, BRANCHES_ON_CARD)) {
        List<CommitLine> newest =
            commits.newest(new CommitFilter(repository, branch.ref(), null), Cursor.START, STRIP);
        if (!newest.isEmpty()) {
          strips.add(new Strip(branch, oldestFirst(newest)));
        }
      }
      cards.add(new Card(repository, strips));
    }
    return new PageModels.Overview(
        frame(context, "Overview", "overview", "*"), cards, running(), commits.owed());
  }

  PageModels.Commits commits(Context context) {
    String repository = knownRepository(context);
    CommitFilter filter =
        new CommitFilter(repository, given(context, "ref"), outcome(given(context, "outcome")));
    String after = given(context, "after");
    Cursor cursor = after == null ? Cursor.START : Cursor.parse(after);
    List<CommitLine> found = commits.newest(filter, cursor, COMMITS + 1);
    boolean hasMore = found.size() > COMMITS;
    List<CommitLine> shown = hasMore ? found.subList(0, COMMITS) : found;
    return new PageModels.Commits(
        frame(context, repository, "overview", after == null ? repository : null),
        filter,
        commits.branches(repository, 100),
        shown,
        hasMore ? Cursor.after(shown.get(COMMITS - 1)).toString() : null,
        after == null);
  }

  PageModels.Commit commit(Context context) {
    CommitLine commit = knownCommit(context);
    Optional<CommitLine> parent = parent(commit);
    List<Result> results = files.results(commit.repository(), new CommitId(commit.commit()));
    List<Running> running = running();
    List<Variant> variants = new ArrayList<>();
    for (JobLine job : latestOfEach(commits.jobs(commit.repository(), commit.commit()))) {
      Result result = resultOf(job, results);
      CaseChanges changes =
          result == null ? CaseChanges.NONE : changes(commit.repository(), parent, result);
      variants.add(new Variant(job, result, runOf(job, running), changes));
    }
    String title = Shown.shortened(commit.commit()) + " · " + commit.repository();
    return new PageModels.Commit(
        frame(context, title, "overview", topic(commit)), commit, parent.orElse(null), variants);
  }

  PageModels.Job job(Context context) throws IOException {
    CommitLine commit = knownCommit(context);
    String variant = context.pathParam("variant");
    List<JobLine> all =
        commits.jobs(commit.repository(), commit.commit()).stream()
            .filter(job -> job.variant().equals(variant))
            .toList();
    if (all.isEmpty()) {
      throw new NotFoundResponse(
          "Commit %s has no variant '%s'.".formatted(Shown.shortened(commit.commit()), variant));
    }
    String rerun = given(context, "rerun");
    JobLine job = all.get(all.size() - 1);
    if (rerun != null) {
      job =
          all.stream()
              .filter(each -> Integer.toString(each.rerun()).equals(rerun))
              .findAny()
              .orElseThrow(() -> new NotFoundResponse("There is no rerun " + rerun + "."));
    }
    JobId id = JobId.parse(job.id());
    Optional<Result> result = files.result(id);
    List<PageModels.LogLine> lines = List.of();
    long first = Math.max(1, number(given(context, "line"), 1));
    long total = 0;
    long bytes = 0;
    if (result.isPresent()) {
      LogText text = logs.of(files.log(id));
      total = text.lines();
      bytes = text.bytes();
      lines = shown(text, first);
    }
    String title = variant + " · " + Shown.shortened(commit.commit()) + " · " + commit.repository();
    return new PageModels.Job(
        frame(context, title, "overview", topic(commit)),
        commit,
        job,
        all,
        result.orElse(null),
        runOf(job, running()),
        result
            .map(each -> changes(commit.repository(), parent(commit), each))
            .orElse(CaseChanges.NONE),
        lines,
        first,
        total,
        bytes);
  }

  PageModels.Tests tests(Context context) {
    String repository = knownRepository(context);
    String which = given(context, "which");
    String name = given(context, "name");
    TestFilter filter =
        new TestFilter(
            repository,
            which == null ? TestFilter.Which.FAILING : TestFilter.Which.ofWord(which),
            name == null ? "" : name);
    List<TestLine> found = tests.tests(filter, number(given(context, "after"), 0), TESTS + 1);
    boolean hasMore = found.size() > TESTS;
    List<PageModels.TestRow> rows = new ArrayList<>();
    for (TestLine line : hasMore ? found.subList(0, TESTS) : found) {
      rows.add(new PageModels.TestRow(line, tests.runs(line.id())));
    }
    return new PageModels.Tests(
        frame(context, "Tests · " + repository, "overview", repository),
        repository,
        filter,
        rows,
        hasMore ? Long.toString(found.get(TESTS - 1).id()) : null);
  }

  PageModels.Test test(Context context) {
    String repository = knownRepository(context);
    TestLine line =
        tests
            .test(repository, number(context.pathParam("test"), 0))
            .orElseThrow(() -> new NotFoundResponse("There is no such test."));
    return new PageModels.Test(
        frame(context, "Test · " + repository, "overview", repository),
        repository,
        line,
        tests.runs(line.id()));
  }

  PageModels.Badge badge(Context context) {
    String repository = knownRepository(context);
    String ref = given(context, "ref");
    String branch =
        ref != null
            ? ref
            : commits.branches(repository, 1).stream().findFirst().map(BranchLine::ref).orElse("");
    return commits.newest(new CommitFilter(repository, branch, null), Cursor.START, STRIP).stream()
        .map(CommitLine::outcome)
        .filter(Objects::nonNull)
        .findFirst()
        .map(outcome -> new PageModels.Badge(Shown.outcome(outcome), Shown.style(outcome)))
        .orElse(new PageModels.Badge("unknown", "pending"));
  }

  PageModels.Trends trends(Context context) {
    String repository = knownRepository(context);
    String ref = given(context, "ref");
    return new PageModels.Trends(
        frame(context, "Trends · " + repository, "overview", repository),
        repository,
        ref,
        commits.branches(repository, 100),
        DurationChart.of(
            oldestFirst(
                commits.newest(new CommitFilter(repository, ref, null), Cursor.START, CHARTED))),
        DayChart.of(
            trends.days(repository, clock.instant().minus(Duration.ofDays(DayChart.DAYS))),
            clock.instant()));
  }

  PageModels.Login login(Context context, boolean isWrong) {
    return new PageModels.Login(frame(context, "Log in", "", null), isWrong);
  }

  PageModels.Done done(Context context, Receipt receipt) {
    return new PageModels.Done(frame(context, "Done", "", null), receipt, context.path());
  }

  private Optional<CommitLine> parent(CommitLine commit) {
    return commit.parent() == null
        ? Optional.empty()
        : commits.commit(commit.repository(), commit.parent());
  }

  /** The cases of a result, compared with those of the same variant at the parent. */
  private CaseChanges changes(String repository, Optional<CommitLine> parent, Result result) {
    if (result.cases() == null) {
      return CaseChanges.NONE;
    }
    String variant = result.id().variant();
    Optional<Result> before =
        parent.stream()
            .flatMap(each -> files.results(repository, new CommitId(each.commit())).stream())
            .filter(each -> each.id().variant().equals(variant) && each.cases() != null)
            .findFirst();
    return CaseChanges.between(
        before.map(each -> files.cases(each.id())).orElse(List.of()),
        before.isPresent(),
        files.cases(result.id()),
        tests.flaky(repository, variant));
  }

  PageModels.Workers workers(Context context) {
    List<Presence> workers = new ArrayList<>(installation.workers());
    workers.sort(Comparator.comparing(Presence::worker).thenComparing(Presence::instance));
    return new PageModels.Workers(frame(context, "Workers", "workers", "*"), workers, null);
  }

  PageModels.Queue queue(Context context) {
    List<Running> running = running();
    List<Waiting> waiting = new ArrayList<>();
    for (JobLine job : commits.owed(WAITING)) {
      waiting.add(new Waiting(job, runOf(job, running)));
    }
    return new PageModels.Queue(
        frame(context, "Queue", "queue", "*"), waiting, commits.owed(), pools(waiting), management);
  }

  PageModels.Trouble trouble(Context context, int status, String message) {
    return new PageModels.Trouble(
        frame(context, status == 404 ? "Not found" : "That did not work", "", null),
        status,
        message);
  }

  /** The whole id of a commit whose beginning was given; null when it was whole already. */
  @Nullable String wholeCommit(Context context) {
    String beginning = context.pathParam("commit").toLowerCase(Locale.ROOT);
    if (CommitId.isFull(beginning)) {
      return null;
    }
    String repository = knownRepository(context);
    List<String> found =
        BEGINNING.matcher(beginning).matches()
            ? commits.beginning(beginning, MOST_ALIKE).stream()
                .filter(commit -> commit.repository().equals(repository))
                .map(CommitLine::commit)
                .toList()
            : List.of();
    if (found.size() > 1) {
      throw new InvalidInputException(
          "Several commits of '%s' begin with %s; give more digits."
              .formatted(repository, beginning));
    }
    if (found.isEmpty()) {
      throw new NotFoundResponse(
          "Nothing is known of a commit '%s' of repository '%s'.".formatted(beginning, repository));
    }
    return found.get(0);
  }

  Frame frame(Context context, String title, String section, @Nullable String topic) {
    return new Frame(title, section, access.visitor(context), topic, clock.instant());
  }

  private List<Pool> pools(List<Waiting> waiting) {
    Map<String, Pool> pools = new TreeMap<>();
    for (Presence worker : installation.workers()) {
      for (String pool : worker.pools()) {
        pools.merge(pool, new Pool(pool, 0, 0, worker.slots()), Pages::plus);
      }
    }
    for (Waiting each : waiting) {
      String pool = each.job().pool();
      pools.merge(pool, new Pool(pool, 1, each.running() == null ? 0 : 1, 0), Pages::plus);
    }
    return List.copyOf(pools.values());
  }

  private static Pool plus(Pool one, Pool other) {
    return new Pool(
        one.name(),
        one.owed() + other.owed(),
        one.running() + other.running(),
        one.slots() + other.slots());
  }

  private List<Running> running() {
    List<Running> running = new ArrayList<>();
    for (Presence worker : installation.workers()) {
      for (Presence.Underway run : worker.running()) {
        JobId id = run.job();
        String subject =
            commits
                .commit(id.repository(), id.commit().value())
                .map(CommitLine::subject)
                .orElse(null);
        running.add(new Running(worker.worker(), run, subject));
      }
    }
    running.sort(Comparator.comparing(each -> each.run().startedAt()));
    return running;
  }

  private static @Nullable Running runOf(JobLine job, List<Running> running) {
    return running.stream()
        .filter(each -> each.run().job().toString().equals(job.id()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Result resultOf(JobLine job, List<Result> results) {
    return results.stream()
        .filter(result -> result.id().variant().equals(job.variant()))
        .findFirst()
        .orElse(null);
  }

  private static List<JobLine> latestOfEach(List<JobLine> jobs) {
    Map<String, JobLine> latest = new LinkedHashMap<>();
    jobs.forEach(job -> latest.put(job.variant(), job));
    return List.copyOf(latest.values());
  }

  static List<PageModels.LogLine> shown(LogText text, long first) throws IOException {
    return text.lines(first, LINES).stream()
        .map(line -> new PageModels.LogLine(line.number(), line.html()))
        .toList();
  }

  private String knownRepository(Context context) {
    String name = context.pathParam("repository");
    if (!commits.repositories().contains(name)) {
      throw new NotFoundResponse("Nothing is known of a repository '%s'.".formatted(name));
    }
    return name;
  }

  private CommitLine knownCommit(Context context) {
    String repository = knownRepository(context);
    String commit = context.pathParam("commit");
    return commits
        .commit(repository, commit)
        .orElseThrow(
            () ->
                new NotFoundResponse(
                    "Nothing is known of a commit '%s' of repository '%s'."
                        .formatted(commit, repository)));
  }

  private static List<CommitLine> oldestFirst(List<CommitLine> newest) {
    List<CommitLine> commits = new ArrayList<>(newest);
    Collections.reverse(commits);
    return commits;
  }

  private static String topic(CommitLine commit) {
    return commit.repository() + "/" + commit.commit();
  }

  private static @Nullable Outcome outcome(@Nullable String word) {
    return word == null ? null : Outcome.ofWord(word);
  }

  static long number(@Nullable String digits, long otherwise) {
    return digits != null && digits.matches("[0-9]{1,15}") ? Long.parseLong(digits) : otherwise;
  }

  /** Null for a parameter that is missing, or empty as forms send it. */
  static @Nullable String given(Context context, String name) {
    String value = context.queryParam(name);
    return value == null || value.isBlank() ? null : value;
  }
}
