package ci.assay.web.api;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.failure.Failure;
import ci.assay.failure.FailureFinder;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.CommitQueries;
import ci.assay.index.Feed;
import ci.assay.index.FeedLine;
import ci.assay.index.JobLine;
import ci.assay.index.PageCursor;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.TestCase;
import ci.assay.web.access.Access;
import ci.assay.web.access.Visitor;
import ci.assay.web.access.Visitor.Role;
import ci.assay.web.page.ArtifactRoutes;
import ci.assay.web.page.Comparisons;
import ci.assay.web.page.Installation;
import ci.assay.web.page.JobPaths;
import ci.assay.web.page.Lookup;
import ci.assay.web.page.PageSources;
import ci.assay.web.page.Parameters;
import ci.assay.web.page.Standings;
import ci.assay.wire.Codec;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The HTTP API. All answers are JSON, except logs and artifacts. Thread-safe. */
public final class Api {

  private static final int USUAL = 50;
  private static final int MOST = 500;

  private final CommitQueries commits;
  private final Feed feed;
  private final ResultReader files;
  private final Installation installation;
  private final Access access;
  private final Lookup lookup;
  private final FailureFinder failures;
  private final Comparisons comparisons;
  private final ArtifactRoutes artifacts;

  public Api(PageSources sources, Feed feed) {
    this.commits = sources.commits();
    this.files = sources.files();
    this.installation = sources.installation();
    this.access = sources.access();
    this.lookup = new Lookup(sources);
    this.feed = feed;
    this.failures = sources.failures();
    this.comparisons = sources.stored().comparisons();
    this.artifacts = new ArtifactRoutes(sources.files());
  }

  /** All endpoints, for routing and for the OpenAPI document. */
  public List<Endpoint> endpoints() {
    String commit = "/repositories/{repository}/commits/{commit}";
    return List.of(
        Endpoint.get(
                "/repositories",
                "All repositories, and where their branches point",
                this::repositories)
            .answers(ApiModels.Repository.class, true),
        Endpoint.get("/commits", "The commits of all repositories, newest first", this::allCommits)
            .with("after", "The value of next in the page before")
            .with("limit", "How many at most: 1 to 500, default 50")
            .answers(ApiModels.Commit.class, true),
        Endpoint.get(
                "/repositories/{repository}/commits",
                "The commits of a repository, newest first",
                this::commits)
            .with(
                "ref",
                "First seen on this ref, as refs/heads/main, or in its line of first parents")
            .with("outcome", "With this verdict")
            .with("after", "The value of next in the page before")
            .with("limit", "How many at most: 1 to 500, default 50")
            .answers(ApiModels.Commit.class, true),
        Endpoint.get(
                commit,
                "One commit, its verdict, jobs and results; the beginning of its id will do",
                this::commit)
            .answers(ApiModels.WholeCommit.class, false),
        Endpoint.get(
                commit + "/failure",
                "Why a commit failed, in less than 4 kB; no variants where nothing failed",
                this::failure)
            .answers(Failure.class, false),
        Endpoint.get(commit + "/{variant}", "The result of a job", this::result)
            .with("rerun", "2 or more for reruns")
            .answers(Result.class, false),
        Endpoint.get(commit + "/{variant}/log", "What a run printed, as plain text", this::log)
            .with("rerun", "2 or more for reruns"),
        Endpoint.get(commit + "/{variant}/tests", "The test cases of a run", this::tests)
            .with("rerun", "2 or more for reruns")
            .answers(TestCase.class, true),
        Endpoint.get(commit + "/{variant}/artifacts", "The artifacts of a run", this::artifacts)
            .with("rerun", "2 or more for reruns")
            .answers(StoredArtifacts.class, false),
        Endpoint.get(
                commit + "/{variant}/artifacts/<path>",
                "An artifact of a run, in the media type that its name says",
                artifacts::send)
            .with("rerun", "2 or more for reruns"),
        Endpoint.post(commit + "/rerun", "Runs again what has a verdict", order(Order.Kind.RERUN))
            .with("variant", "Only this one")
            .answers(ApiModels.Receipt.class, false),
        Endpoint.post(
                commit + "/cancel", "Cancels what has no verdict yet", order(Order.Kind.CANCEL))
            .with("variant", "Only this one")
            .answers(ApiModels.Receipt.class, false),
        Endpoint.get("/verdicts", "Verdicts in the order in which they were stored", this::verdicts)
            .with("after", "The sequence number of the last one that is known, 0 to begin")
            .with("limit", "How many at most: 1 to 500, default 50")
            .answers(ApiModels.Event.class, true),
        Endpoint.get(
                "/workers",
                "The workers that are connected, and those that were lost within the last hour",
                this::workers)
            .answers(ApiModels.Worker.class, true),
        Endpoint.get("/queue", "The jobs without a result", this::queue)
            .answers(ApiModels.Queue.class, false));
  }

  private void repositories(Context context) {
    Standings now = lookup.standings();
    answer(
        context,
        new ApiModels.Page<>(
            commits.repositories().stream().map(name -> repository(name, now)).toList(), null));
  }

  private ApiModels.Repository repository(String name, Standings now) {
    return new ApiModels.Repository(
        name,
        commits.branches(name, MOST).stream()
            .map(branch -> ApiModels.Branch.of(branch, now.of(branch)))
            .toList());
  }

  private void allCommits(Context context) {
    int limit = limit(context);
    answerPart(context, commits.newestOfAll(cursor(context), limit + 1), limit);
  }

  private void commits(Context context) {
    String outcome = Parameters.given(context, "outcome");
    int limit = limit(context);
    CommitFilter filter =
        new CommitFilter(
            known(context),
            Parameters.given(context, "ref"),
            outcome == null ? null : Outcome.ofWord(outcome));
    answerPart(context, commits.newest(filter, cursor(context), limit + 1), limit);
  }

  private static PageCursor cursor(Context context) {
    String after = Parameters.given(context, "after");
    return after == null ? PageCursor.START : PageCursor.parse(after);
  }

  /**
   * @param found one more than the limit if there are more
   */
  private void answerPart(Context context, List<CommitLine> found, int limit) {
    Standings now = lookup.standings();
    boolean hasMore = found.size() > limit;
    List<CommitLine> part = hasMore ? found.subList(0, limit) : found;
    answer(
        context,
        new ApiModels.Page<>(
            part.stream().map(each -> ApiModels.Commit.of(each, now.of(each))).toList(),
            hasMore ? PageCursor.after(part.get(limit - 1)).toString() : null));
  }

  private void commit(Context context) {
    String repository = known(context);
    CommitLine line = knownCommit(context, repository);
    CommitId commit = new CommitId(line.commit());
    StoredCommit stored = files.stored(repository, commit);
    Standings now = lookup.standings();
    answer(
        context,
        new ApiModels.WholeCommit(
            ApiModels.Commit.of(line, now.of(line)),
            stored.verdict().orElse(null),
            jobs(commits.jobs(repository, commit.value()), stored, now),
            stored.results()));
  }

  /** The jobs in the index, and those that were stored too recently to be in it. */
  private static List<ApiModels.Job> jobs(List<JobLine> lines, StoredCommit stored, Standings now) {
    List<ApiModels.Job> jobs = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (JobLine line : lines) {
      jobs.add(ApiModels.Job.of(line, now.of(line)));
      known.add(line.id());
    }
    for (Job job : stored.jobs()) {
      if (!known.contains(job.id().toString())) {
        jobs.add(ApiModels.Job.of(job));
      }
    }
    return jobs;
  }

  private CommitLine knownCommit(Context context, String repository) {
    String whole = lookup.wholeCommit(context);
    CommitId commit = new CommitId(whole == null ? context.pathParam("commit") : whole);
    return commits
        .commit(repository, commit.value())
        .orElseThrow(() -> new NotFoundResponse("Unknown commit " + commit + "."));
  }

  private void failure(Context context) {
    String repository = known(context);
    CommitLine line = knownCommit(context, repository);
    answer(context, comparisons.of(() -> failures.of(repository, new CommitId(line.commit()))));
  }

  private void result(Context context) {
    answer(context, judged(context));
  }

  private void log(Context context) throws IOException {
    context
        .contentType("text/plain; charset=utf-8")
        .result(Files.newInputStream(files.log(judged(context).id())));
  }

  private void tests(Context context) {
    context
        .contentType("application/json")
        .result(new CaseStream(files.openCases(judged(context).id())));
  }

  private void artifacts(Context context) {
    known(context);
    answer(context, artifacts.list(context));
  }

  private Result judged(Context context) {
    known(context);
    return files
        .result(JobPaths.id(context))
        .orElseThrow(() -> new NotFoundResponse("This job has no result."));
  }

  private Endpoint.Action order(Order.Kind kind) {
    return context -> {
      Visitor visitor = access.requireForm(context, Role.ACT);
      Order order = Orders.of(context, visitor, kind, Parameters.given(context, "variant"));
      OrderReply receipt = installation.give(order);
      context.status(receipt.done() ? 200 : 409);
      answer(context, new ApiModels.Receipt(receipt.done(), receipt.lines()));
    };
  }

  private void verdicts(Context context) {
    String after = Parameters.given(context, "after");
    if (after != null && !after.matches("[0-9]{1,18}")) {
      throw new InvalidInputException("after '" + after + "' is not a sequence number");
    }
    int limit = limit(context);
    List<ApiModels.Event> found =
        feed.after(after == null ? 0 : Long.parseLong(after), limit).stream()
            .map(Api::event)
            .toList();
    answer(
        context,
        new ApiModels.Page<>(
            found, found.size() < limit ? null : Long.toString(found.get(limit - 1).sequence())));
  }

  private static ApiModels.Event event(FeedLine line) {
    return new ApiModels.Event(
        line.sequence(), line.repository(), line.ref(), line.commit(), line.outcome(), line.at());
  }

  private void workers(Context context) {
    Stream<ApiModels.Worker> alive =
        installation.workers().stream().map(each -> worker(each, false));
    Stream<ApiModels.Worker> lost =
        installation.lostWorkers().stream().map(each -> worker(each, true));
    answer(context, new ApiModels.Page<>(Stream.concat(alive, lost).toList(), null));
  }

  private static ApiModels.Worker worker(Presence presence, boolean lost) {
    return new ApiModels.Worker(
        presence.worker(),
        lost,
        presence.pools(),
        presence.slots(),
        presence.executor(),
        presence.running().stream()
            .map(run -> new ApiModels.Run(run.job().toString(), run.run(), run.startedAt()))
            .toList(),
        presence.freeBytes(),
        presence.takesNothing(),
        presence.sentAt());
  }

  private void queue(Context context) {
    Standings now = lookup.standings();
    answer(
        context,
        new ApiModels.Queue(
            commits.owed(),
            commits.owed(limit(context)).stream()
                .map(job -> ApiModels.Job.of(job, now.of(job)))
                .toList()));
  }

  private String known(Context context) {
    String name = context.pathParam("repository");
    if (!commits.repositories().contains(name)) {
      throw new NotFoundResponse("Unknown repository '" + name + "'.");
    }
    return name;
  }

  private static int limit(Context context) {
    @Nullable String digits = Parameters.given(context, "limit");
    if (digits == null) {
      return USUAL;
    }
    if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) < 1) {
      throw new InvalidInputException("limit '" + digits + "' is not a number from 1 to " + MOST);
    }
    return Math.min(MOST, Integer.parseInt(digits));
  }

  public static void answer(Context context, Object value) {
    context.contentType("application/json").result(Codec.json(value));
  }
}
