package ci.assay.cli.mcp;

import ci.assay.cli.mcp.Arguments.Argument;
import ci.assay.cli.mcp.Arguments.Range;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.failure.FailureText;
import ci.assay.message.Order;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.web.api.ApiClient;
import ci.assay.web.api.ApiModels;
import ci.assay.web.api.LatestJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The tools: what a program needs to know whether a commit is good and, if not, why. */
final class Tools {

  private static final Range COMMITS = new Range(1, 10, 50);
  private static final Range LINES = new Range(1, 100, 400);
  private static final Range CASES = new Range(1, 50, 200);

  /** Shorter than the minute after which many clients give up a call. */
  private static final Range SECONDS = new Range(1, 30, 50);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final int MAX_LOG_LINE = 1_000;

  private static final Argument REPOSITORY =
      Argument.required("repository", "The repository's name, as results shows it");
  private static final Argument COMMIT =
      Argument.required("commit", "The beginning of the commit's id");
  private static final Argument VARIANT =
      Argument.optional("variant", "Which of its variants, if it has more than one");

  private final ApiClient client;
  private final boolean mayAct;

  /**
   * @param mayAct whether the tools that change something are offered; the server still decides
   *     whether the token allows it
   */
  Tools(ApiClient client, boolean mayAct) {
    this.client = client;
    this.mayAct = mayAct;
  }

  /** Those that are offered. */
  List<Tool> all() {
    Stream<Tool> reading =
        Stream.of(results(), commit(), waiting(), why(), log(), tests(), queue());
    return Stream.concat(reading, mayAct ? Stream.of(rerun()) : Stream.empty()).toList();
  }

  private Tool results() {
    return new Tool(
        "results",
        "The latest commits and their verdicts, the newest first.",
        true,
        List.of(
            Argument.optional("repository", "Only of this repository"),
            Argument.number("limit", COMMITS, "How many at most")),
        given ->
            orElse(
                client
                    .commits(given.optional("repository"), given.number("limit", COMMITS))
                    .stream()
                    .map(Lines::commit)
                    .toList(),
                "there are no commits yet"));
  }

  private Tool commit() {
    return new Tool(
        "commit",
        "The state of one commit and of each of its variants.",
        true,
        List.of(REPOSITORY, COMMIT),
        given -> Lines.whole(known(given)));
  }

  private Tool waiting() {
    return new Tool(
        "wait",
        "Waits until a commit has its verdict, also for a commit that was pushed a moment ago and"
            + " is not known yet. If it has none in time, call it again.",
        true,
        List.of(REPOSITORY, COMMIT, Argument.number("seconds", SECONDS, "How long at most")),
        this::await);
  }

  private Tool why() {
    return new Tool(
        "why",
        "Why a commit did not pass, in less than 4 kB: which tests fail newly and which failed"
            + " before, or the lines of the log that no passing run had; and the command that"
            + " repeats the run.",
        true,
        List.of(REPOSITORY, COMMIT),
        given ->
            FailureText.lines(
                client.failure(given.required("repository"), given.required("commit"))));
  }

  private Tool log() {
    return new Tool(
        "log",
        "The last lines of the log of a commit's run, or the last that contain a text.",
        true,
        List.of(
            REPOSITORY,
            COMMIT,
            VARIANT,
            Argument.number("lines", LINES, "How many lines at most"),
            Argument.optional("contains", "Only lines that contain this text")),
        this::lastLines);
  }

  private Tool tests() {
    return new Tool(
        "tests",
        "The test cases of a commit's run: those that failed, with their messages, or all.",
        true,
        List.of(
            REPOSITORY,
            COMMIT,
            VARIANT,
            Argument.optional("show", "failed (default) or all"),
            Argument.number("limit", CASES, "How many at most")),
        this::cases);
  }

  private Tool queue() {
    return new Tool(
        "queue",
        "The jobs that wait or run.",
        true,
        List.of(),
        given -> {
          ApiModels.Queue queue = client.queue();
          List<String> lines = new ArrayList<>();
          lines.add("%,d without a result".formatted(queue.owed()));
          queue.jobs().forEach(job -> lines.add(Lines.job(job)));
          return lines;
        });
  }

  private Tool rerun() {
    return new Tool(
        "rerun",
        "Tests a commit again that has its verdict; the new verdict replaces it. For failures that"
            + " do not come from the commit, not in place of a change.",
        false,
        List.of(REPOSITORY, COMMIT, VARIANT),
        given -> {
          CommitId commit = new CommitId(known(given).commit().commit());
          ApiModels.Receipt receipt =
              client.give(
                  Order.Kind.RERUN,
                  given.required("repository"),
                  commit,
                  given.optional("variant"));
          if (!receipt.done()) {
            throw new InvalidInputException(String.join("; ", receipt.lines()));
          }
          return receipt.lines();
        });
  }

  private ApiModels.WholeCommit known(Arguments given) throws InterruptedException {
    return client.commit(given.required("repository"), given.required("commit"));
  }

  private List<String> await(Arguments given) throws InterruptedException {
    String repository = given.required("repository");
    String commit = given.required("commit");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(given.number("seconds", SECONDS));
    while (true) {
      Optional<ApiModels.WholeCommit> known = client.find(repository, commit);
      if (known.isPresent() && isDecided(known.get())) {
        return Lines.whole(known.get());
      }
      if (System.nanoTime() - end >= 0) {
        List<String> lines = new ArrayList<>(List.of("no verdict yet"));
        lines.addAll(known.map(Lines::whole).orElse(List.of("the commit is not known yet")));
        return lines;
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
    }
  }

  private static boolean isDecided(ApiModels.WholeCommit known) {
    return known.verdict() != null && known.jobs().stream().allMatch(job -> job.outcome() != null);
  }

  private List<String> lastLines(Arguments given) throws InterruptedException {
    ApiModels.Job job = LatestJob.judged(known(given), given.optional("variant"));
    String wanted = given.optional("contains");
    LastLines last =
        new LastLines(given.number("lines", LINES), MAX_LOG_LINE, wanted == null ? "" : wanted);
    client.log(JobId.parse(job.id()), last);
    return last.lines();
  }

  private List<String> cases(Arguments given) throws InterruptedException {
    String show = Optional.ofNullable(given.optional("show")).orElse("failed");
    if (!List.of("failed", "all").contains(show)) {
      throw new InvalidInputException(
          "argument 'show' is '%s'; give failed or all".formatted(Texts.line(show, 60)));
    }
    ApiModels.Job job = LatestJob.judged(known(given), given.optional("variant"));
    List<TestCase> all = client.tests(JobId.parse(job.id()));
    List<TestCase> shown =
        show.equals("all") ? all : all.stream().filter(Tools::isFailure).toList();
    int limit = given.number("limit", CASES);
    List<String> lines = new ArrayList<>();
    lines.add("%,d of %,d test cases".formatted(Math.min(limit, shown.size()), all.size()));
    shown.stream().limit(limit).flatMap(each -> Lines.test(each).stream()).forEach(lines::add);
    return lines;
  }

  private static boolean isFailure(TestCase test) {
    return test.outcome() == CaseOutcome.FAILED || test.outcome() == CaseOutcome.ERRORED;
  }

  private static List<String> orElse(List<String> lines, String none) {
    return lines.isEmpty() ? List.of(none) : lines;
  }
}
