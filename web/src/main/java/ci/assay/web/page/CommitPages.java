package ci.assay.web.page;

import ci.assay.common.InvalidInputException;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.failure.FailureText;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.JobLine;
import ci.assay.index.PageCursor;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.web.log.LogText;
import ci.assay.web.view.ArtifactsView;
import ci.assay.web.view.CaseChanges;
import ci.assay.web.view.Display;
import ci.assay.web.view.ForgeLinks;
import ci.assay.web.view.PageModels;
import ci.assay.web.view.PageModels.About;
import ci.assay.web.view.PageModels.Row;
import ci.assay.web.view.PageModels.Variant;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pages of a repository's commits, of a commit and of its jobs. Thread-safe. */
public final class CommitPages {

  private static final int COMMITS = 50;

  private final PageSources sources;
  private final Lookup lookup;

  CommitPages(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  public PageModels.Commits commits(Context context) {
    String repository = lookup.knownRepository(context);
    CommitFilter filter =
        new CommitFilter(
            repository,
            Parameters.given(context, "ref"),
            Parameters.outcome(Parameters.given(context, "outcome")));
    String after = Parameters.given(context, "after");
    PageCursor cursor = after == null ? PageCursor.START : PageCursor.parse(after);
    List<CommitLine> found = sources.commits().newest(filter, cursor, COMMITS + 1);
    boolean hasMore = found.size() > COMMITS;
    List<CommitLine> shown = hasMore ? found.subList(0, COMMITS) : found;
    Standings now = lookup.standings();
    return new PageModels.Commits(
        lookup.frame(context, repository, "overview", after == null ? repository : null),
        filter,
        sources.commits().branches(repository, 100),
        shown.stream().map(each -> new Row(each, now.of(each))).toList(),
        hasMore ? PageCursor.after(shown.get(COMMITS - 1)).toString() : null,
        after == null);
  }

  /**
   * A {@link PageModels.Job} if the commit has one variant, otherwise a {@link PageModels.Commit}.
   */
  public Object commit(Context context) throws IOException {
    CommitLine commit = lookup.knownCommit(context);
    List<JobLine> jobs = sources.commits().jobs(commit.repository(), commit.commit());
    List<JobLine> latest = latestOfEach(jobs);
    if (latest.size() == 1) {
      return job(context, commit, jobs, true);
    }
    Standings now = lookup.standings();
    Optional<CommitLine> parent = lookup.parent(commit);
    List<Result> results =
        sources.files().results(commit.repository(), new CommitId(commit.commit()));
    List<Variant> variants = new ArrayList<>();
    for (JobLine job : latest) {
      Result result = resultOf(job, results);
      CaseChanges changes =
          result == null ? CaseChanges.NONE : changes(commit.repository(), parent, result);
      variants.add(new Variant(job, now.of(job), result, changes));
    }
    String title = Display.shortened(commit.commit()) + " · " + commit.repository();
    return new PageModels.Commit(
        lookup.frame(context, title, "overview", Lookup.topic(commit)),
        about(commit, parent, now, results.stream().findFirst().map(Result::about), why(commit)),
        variants);
  }

  /** Why the commit failed; empty if it did not. */
  private List<String> why(CommitLine commit) {
    Outcome outcome = commit.outcome();
    return outcome == null || outcome.isGood()
        ? List.of()
        : FailureText.lines(
            sources
                .stored()
                .comparisons()
                .of(
                    () ->
                        sources.failures().of(commit.repository(), new CommitId(commit.commit()))));
  }

  public PageModels.Job job(Context context) throws IOException {
    CommitLine commit = lookup.knownCommit(context);
    String variant = context.pathParam("variant");
    List<JobLine> jobs = sources.commits().jobs(commit.repository(), commit.commit());
    List<JobLine> all = jobs.stream().filter(job -> job.variant().equals(variant)).toList();
    if (all.isEmpty()) {
      throw new NotFoundResponse(
          "Commit %s has no variant '%s'.".formatted(Display.shortened(commit.commit()), variant));
    }
    return job(context, commit, all, all.size() == jobs.size());
  }

  /**
   * @param all all jobs of the variant, at least one
   */
  private PageModels.Job job(Context context, CommitLine commit, List<JobLine> all, boolean isOnly)
      throws IOException {
    JobLine job = chosen(all, Parameters.given(context, "rerun"));
    JobId id = JobId.parse(job.id());
    Optional<Result> result = sources.files().result(id);
    List<PageModels.LogLine> lines = List.of();
    long first = Math.max(1, Parameters.number(Parameters.given(context, "line"), 1));
    OptionalLong total = OptionalLong.of(0);
    long bytes = 0;
    if (result.isPresent()) {
      LogText text = sources.logs().of(sources.files().log(id));
      bytes = text.bytes();
      lines = shown(text, first);
      total = text.linesIfKnown();
    }
    Standings now = lookup.standings();
    Optional<CommitLine> parent = lookup.parent(commit);
    String title = Display.shortened(commit.commit()) + " · " + commit.repository();
    return new PageModels.Job(
        lookup.frame(
            context,
            isOnly ? title : job.variant() + " · " + title,
            "overview",
            Lookup.topic(commit)),
        about(
            commit,
            parent,
            now,
            result.map(Result::about),
            isOnly && job.rerun() == 1 ? why(commit) : List.of()),
        isOnly,
        job,
        now.of(job),
        all.stream().map(each -> new PageModels.Rerun(each, now.of(each).state())).toList(),
        result.orElse(null),
        result.map(each -> changes(commit.repository(), parent, each)).orElse(CaseChanges.NONE),
        lines,
        first,
        total,
        bytes,
        result.map(this::artifacts).orElse(null));
  }

  private @Nullable ArtifactsView artifacts(Result result) {
    ArtifactSummary summary = result.artifacts();
    if (summary == null) {
      return null;
    }
    try {
      return new ArtifactsView(summary, sources.files().artifacts(result.id()).orElse(null));
    } catch (InvalidInputException e) { // a damaged file must not cost the page
      return new ArtifactsView(
          summary, StoredArtifacts.unusable(result.run(), String.valueOf(e.getMessage())));
    }
  }

  private static JobLine chosen(List<JobLine> all, @Nullable String rerun) {
    return rerun == null
        ? all.get(all.size() - 1)
        : all.stream()
            .filter(each -> Integer.toString(each.rerun()).equals(rerun))
            .findAny()
            .orElseThrow(() -> new NotFoundResponse("There is no rerun " + rerun + "."));
  }

  /**
   * @param job a job of the commit, if one was read already
   * @param why why it failed; passed in, because finding that out reads many files
   */
  private About about(
      CommitLine commit,
      Optional<CommitLine> parent,
      Standings now,
      Optional<Job> job,
      List<String> why) {
    CommitId id = new CommitId(commit.commit());
    Optional<Repository> repository =
        job.or(() -> sources.files().stored(commit.repository(), id).jobs().stream().findFirst())
            .map(Job::repository);
    ForgeLinks forges = sources.forges();
    String before = commit.parent();
    return new About(
        commit,
        now.of(commit),
        parent.map(each -> new Row(each, now.of(each))).orElse(null),
        repository.flatMap(each -> forges.commit(each, id)).orElse(null),
        before == null
            ? null
            : repository
                .flatMap(each -> forges.compare(each, new CommitId(before), id))
                .orElse(null),
        why);
  }

  /** The cases of a result, compared with those of the same variant at the parent. */
  private CaseChanges changes(String repository, Optional<CommitLine> parent, Result result) {
    if (result.cases() == null) {
      return CaseChanges.NONE;
    }
    String variant = result.id().variant();
    Optional<Result> before =
        parent.stream()
            .flatMap(
                each -> sources.files().results(repository, new CommitId(each.commit())).stream())
            .filter(each -> each.id().variant().equals(variant) && each.cases() != null)
            .findFirst();
    ResultReader files = sources.files();
    Set<String> flaky = sources.tests().flaky(repository, variant);
    return sources
        .stored()
        .comparisons()
        .of(
            () ->
                CaseChanges.between(
                    before.map(
                        each -> (CaseChanges.Cases) taker -> files.eachCase(each.id(), taker)),
                    taker -> files.eachCase(result.id(), taker),
                    flaky));
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
    return text.lines(first, PageModels.LOG_LINES).stream()
        .map(line -> new PageModels.LogLine(line.number(), line.html()))
        .toList();
  }
}
