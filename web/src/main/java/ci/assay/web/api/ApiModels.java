package ci.assay.web.api;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitLine;
import ci.assay.index.JobLine;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.State;
import ci.assay.model.State.Standing;
import ci.assay.model.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API answers and {@link ApiClient} reads, besides what stands in the result files. */
public final class ApiModels {

  private ApiModels() {}

  /**
   * A part of a list.
   *
   * @param next the value of {@code after} for the next part; null at the end
   */
  public record Page<T>(List<T> items, @Nullable String next) {}

  /** A repository and its branches, the one with the latest commit first. */
  public record Repository(String name, List<Branch> branches) {}

  /**
   * A branch.
   *
   * @param latestAt when the commit that it points at was queued
   * @param tip that commit; null where no observer has said so: then commits were first seen on it
   * @param outcome of the tip's verdict; null while it has none
   * @param state the outcome, or whether a worker runs the tip
   */
  public record Branch(
      String ref, Instant latestAt, @Nullable String tip, @Nullable Outcome outcome, State state) {

    static Branch of(BranchLine line, State state) {
      return new Branch(line.ref(), line.latestAt(), line.tip(), line.outcome(), state);
    }
  }

  /** As {@link Page}, of repositories. */
  public record Repositories(List<Repository> items, @Nullable String next) {}

  /**
   * A commit; from {@code outcome} on null while it has no verdict. Flat, as its JSON is, which
   * others read.
   *
   * @param state the outcome, or whether a worker runs one of its jobs
   * @param runningOn which one; null unless the state is running, like what follows
   */
  public record Commit(
      String repository,
      String commit,
      String ref,
      @Nullable String parent,
      @Nullable String author,
      @Nullable String subject,
      @Nullable Instant authoredAt,
      Instant queuedAt,
      State state,
      @Nullable String runningOn,
      @Nullable Instant runningSince,
      @Nullable Outcome outcome,
      @Nullable Instant finishedAt,
      @Nullable Long durationMillis,
      @Nullable String summary) {

    static Commit of(CommitLine line, Standing standing) {
      return new Commit(
          line.repository(),
          line.commit(),
          line.ref(),
          line.parent(),
          line.author(),
          line.subject(),
          line.authoredAt(),
          line.queuedAt(),
          standing.state(),
          standing.worker(),
          standing.since(),
          line.outcome(),
          line.finishedAt(),
          line.durationMillis(),
          line.summary());
    }
  }

  /**
   * A job; from {@code outcome} on null while it has no result, but for worker and start of the run
   * that is under way. Flat, as its JSON is, which others read.
   *
   * @param id as in the messages
   * @param state the outcome, or whether a worker runs it
   */
  public record Job(
      String id,
      String repository,
      String commit,
      String variant,
      int rerun,
      String pool,
      Instant queuedAt,
      State state,
      @Nullable Outcome outcome,
      @Nullable String run,
      @Nullable String worker,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable String summary) {

    /** One that was just stored. */
    static Job of(ci.assay.model.Job job) {
      return new Job(
          job.id().toString(),
          job.repository().name(),
          job.commit().value(),
          job.variant().name(),
          job.id().rerun(),
          job.pool(),
          job.queuedAt(),
          State.WAITING,
          null,
          null,
          null,
          null,
          null,
          null);
    }

    static Job of(JobLine line, Standing standing) {
      return new Job(
          line.id(),
          line.repository(),
          line.commit(),
          line.variant(),
          line.rerun(),
          line.pool(),
          line.queuedAt(),
          standing.state(),
          line.outcome(),
          line.run(),
          line.worker() == null ? standing.worker() : line.worker(),
          line.startedAt() == null ? standing.since() : line.startedAt(),
          line.finishedAt(),
          line.summary());
    }
  }

  /** All of one commit: its verdict as in {@code verdict.json}, its jobs and their results. */
  public record WholeCommit(
      Commit commit, @Nullable Verdict verdict, List<Job> jobs, List<Result> results) {}

  /** A run that a worker has in hand. */
  public record Run(String job, String run, Instant startedAt) {}

  /**
   * A worker that was heard of within some seconds. Flat, as its JSON is, which others read.
   *
   * @param executor what commands run in; null where an older worker does not say
   * @param takesNothing why; null when it takes jobs
   */
  public record Worker(
      String name,
      List<String> pools,
      int slots,
      @Nullable String executor,
      List<Run> running,
      long freeBytes,
      @Nullable String takesNothing,
      Instant seenAt) {}

  /** As {@link Page}, of commits. */
  public record Commits(List<Commit> items, @Nullable String next) {}

  /** As {@link Page}, of workers. */
  public record Workers(List<Worker> items, @Nullable String next) {}

  /** The jobs without a result, the longest waiting first, at most some. */
  public record Queue(long owed, List<Job> jobs) {}

  /** A verdict as it was noticed; {@code sequence} grows. */
  public record Event(
      long sequence, String repository, String ref, String commit, Outcome outcome, Instant at) {}

  /** What came of an order. */
  public record Receipt(boolean done, List<String> lines) {}

  /** What is wrong. */
  public record Problem(int status, String message) {}
}
