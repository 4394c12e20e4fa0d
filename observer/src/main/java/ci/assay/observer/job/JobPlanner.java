package ci.assay.observer.job;

import ci.assay.common.LatestEntries;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Revision;
import ci.assay.model.Ruling;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.observer.history.Changes;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.pipeline.Cell;
import ci.assay.pipeline.PipelineFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the jobs of a planned commit: one for each cell of the matrix in its {@code .assay.yml},
 * or one of the variant {@code default} where there is no matrix. They depend on the commit alone,
 * so they are the same each time. Safe for use by many threads.
 */
public final class JobPlanner {

  private static final Logger log = LoggerFactory.getLogger(JobPlanner.class);

  /** Limits the size of the job of a commit with very many parents. */
  private static final int MOST_PARENTS = 100;

  /** The variants of this many commits are cached. */
  private static final int MOST_REMEMBERED = 10_000;

  private final JobTerms terms;
  private final Repository objects;
  private final LatestEntries<CommitId, List<String>> variants =
      new LatestEntries<>(MOST_REMEMBERED);

  /** What a job takes from its commit. */
  private record Known(
      @Nullable CommitId tree, List<CommitId> parents, @Nullable Change change, Pipeline pipeline) {

    static final Known NOTHING =
        new Known(null, List.of(), null, new Pipeline(PipelineFile.NONE, null));
  }

  /**
   * What the commit's file asks for.
   *
   * @param skipped why it is not to be tested; null when it is
   */
  private record Pipeline(PipelineFile file, @Nullable String skipped) {}

  public JobPlanner(JobTerms terms, Repository objects) {
    this.terms = terms;
    this.objects = objects;
  }

  /** The name of the repository. */
  String repository() {
    return terms.repository().name();
  }

  /** The ids of a commit's jobs; at least one. */
  List<JobId> idsOf(PlannedCommit planned) {
    List<String> names = variants.get(planned.commit());
    return names == null
        ? jobsOf(planned).stream().map(Job::id).toList()
        : names.stream().map(name -> JobId.of(repository(), planned.commit(), name)).toList();
  }

  /** A commit's jobs; at least one. */
  public List<Job> jobsOf(PlannedCommit planned) {
    Known known = known(planned.commit());
    List<Cell> cells = known.pipeline().file().cells();
    List<Job> jobs = cells.stream().map(cell -> job(planned, known, cell, cells.size())).toList();
    variants.put(planned.commit(), jobs.stream().map(job -> job.variant().name()).toList());
    return jobs;
  }

  /**
   * Returns {@link Known#NOTHING} for a commit that is malformed, damaged or too large; the worker
   * reports what is wrong with it.
   */
  private Known known(CommitId id) {
    try (RevWalk walk = new RevWalk(objects)) {
      RevCommit commit = walk.parseCommit(ObjectId.fromString(id.value()));
      return new Known(
          toId(commit.getTree()),
          Arrays.stream(commit.getParents()).limit(MOST_PARENTS).map(JobPlanner::toId).toList(),
          Changes.of(commit),
          pipeline(walk, commit));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.debug("commit {} cannot be read, its job goes without details: {}", id, e.toString());
      return Known.NOTHING;
    }
  }

  private static Pipeline pipeline(RevWalk walk, RevCommit commit) {
    CommitPipeline pipeline = new CommitPipeline(walk, commit);
    PipelineFile file = PipelineFile.NONE;
    try {
      file = pipeline.file();
      return new Pipeline(file, pipeline.skipped(file).orElse(null));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.debug("the pipeline of commit {} cannot be read: {}", commit.name(), e.toString());
      return new Pipeline(file, null);
    }
  }

  private Job job(PlannedCommit planned, Known known, Cell cell, int cells) {
    Pipeline pipeline = known.pipeline();
    Optional<String> asked =
        Optional.ofNullable(pipeline.file().pool()).map(pool -> cell.fill(pool));
    boolean isAllowed = asked.filter(pool -> !terms.allows(pool)).isEmpty();
    Ruling ruling =
        pipeline.skipped() != null
            ? Ruling.skipped(pipeline.skipped())
            : isAllowed ? null : Ruling.errored(refusal(asked.get()));
    return new Job(
        JobId.of(repository(), planned.commit(), cell.name()),
        new Revision(
            terms.repository(), planned.commit(), known.tree(), known.parents(), planned.ref()),
        new Task(
            new Variant(cell.name(), cell.environment(), cell.mayFail()),
            cells,
            terms.test(),
            isAllowed ? asked.map(terms::poolFor).orElse(terms.pool()) : terms.pool(),
            terms.timeout().toSeconds(),
            ruling),
        new Origin(
            planned.queuedAt(), planned.reason(), known.change(), planned.trusted() ? true : null));
  }

  private String refusal(String pool) {
    return "%s asks for pool '%s', which commits of this repository may not use; add it to 'pools' of '%s' in assay.yaml, or to --pools of the observer"
        .formatted(PipelineFile.NAME, pool, repository());
  }

  private static CommitId toId(ObjectId id) {
    return new CommitId(id.name());
  }
}
