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

/**
 * The API's own JSON types, for the server and {@link ApiClient}. Others are those of result files.
 */
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
   * @param latestAt when its tip was queued
   * @param tip the commit that it points at; null if no observer has reported it, so that the
   *     branch is only known from commits that were first seen on it
   * @param outcome of the tip's verdict; null while it has none
   * @param state the outcome, or whether a worker runs the tip
   */
  public record Branch(
      String ref, Instant latestAt, @Nullable String tip, @Nullable Outcome outcome, State state) {

    static Branch of(BranchLine line, State state) {
      return new Branch(line.ref(), line.latestAt(), line.tip(), line.outcome(), state);
    }
  }

  /** A {@link Page} of repositories. */
  public record Repositories(List<Repository> items, @Nullable String next) {}

  /**
   * A commit. The components from {@code outcome} on are null while it has no verdict. Flat, like
   * its public JSON.
   *
   * @param state the outcome, or whether a worker runs one of its jobs
   * @param runningOn that worker; like {@code runningSince} null unless the state is running
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
   * A job. The components from {@code outcome} on are null while it has no result, except the
   * worker and the start of a run that is under way. Flat, like its public JSON.
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

    /** A job that was just stored. */
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

  /** A commit with its verdict, as in {@code verdict.json}, its jobs and their results. */
  public record WholeCommit(
      Commit commit, @Nullable Verdict verdict, List<Job> jobs, List<Result> results) {}

  /** A run that is under way on a worker. */
  public record Run(String job, String run, Instant startedAt) {}

  /**
   * A worker that reported itself within the last seconds, or was lost lately. Flat, like its
   * public JSON.
   *
   * @param lost whether it vanished without a word; the other components are what it reported last
   * @param executor its executor; null for an older worker that does not report it
   * @param takesNothing why it takes no jobs; null when it does
   */
  public record Worker(
      String name,
      boolean lost,
      List<String> pools,
      int slots,
      @Nullable String executor,
      List<Run> running,
      long freeBytes,
      @Nullable String takesNothing,
      Instant seenAt) {}

  /** A {@link Page} of commits. */
  public record Commits(List<Commit> items, @Nullable String next) {}

  /** A {@link Page} of workers. */
  public record Workers(List<Worker> items, @Nullable String next) {}

  /** The number of jobs without a result, and the longest waiting ones, up to a limit. */
  public record Queue(long owed, List<Job> jobs) {}

  /** A verdict in the feed; {@code sequence} grows. */
  public record Event(
      long sequence, String repository, String ref, String commit, Outcome outcome, Instant at) {}

  /** The reply to an order. */
  public record Receipt(boolean done, List<String> lines) {}

  /** An error. */
  public record Problem(int status, String message) {}
}
