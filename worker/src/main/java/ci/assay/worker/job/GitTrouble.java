package ci.assay.worker.job;

import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.model.Job;

/** What follows from why git could not give a worker a job's commit. */
final class GitTrouble {

  private GitTrouble() {}

  /** Whether the repository, or its machine, is away or shut: its other jobs would meet it too. */
  static boolean isOfRepository(Exception what) {
    return isUnreachable(what) || is(what, GitException.Kind.ACCESS_DENIED);
  }

  /** A server that restarts is back before all attempts of all jobs are spent on it. */
  static boolean isUnreachable(Exception what) {
    return is(what, GitException.Kind.UNREACHABLE);
  }

  /**
   * Whether the repository is given by a path where this worker has none or may not read it: a
   * worker on another machine, or of another user, may well have it there.
   */
  static boolean isUnseen(Job job, Exception what) {
    return (is(what, GitException.Kind.REPOSITORY_GONE)
            || is(what, GitException.Kind.ACCESS_DENIED))
        && GitUrl.parse(job.repository().url()).local() != null;
  }

  /** Whether it was got from elsewhere, so that this worker may serve other repositories. */
  static boolean isElsewhere(Exception what) {
    return what instanceof GitException git && git.kind() != GitException.Kind.MIRROR;
  }

  /** Whether trying again is unlikely to help, here or elsewhere. */
  static boolean isFinal(GitException.Kind kind) {
    return switch (kind) {
      case REPOSITORY_GONE, COMMIT_GONE, DAMAGED, SUBMODULE, UNSUPPORTED -> true;
      case ACCESS_DENIED, UNREACHABLE, MIRROR -> false;
    };
  }

  private static boolean is(Exception what, GitException.Kind kind) {
    return what instanceof GitException git && git.kind() == kind;
  }
}
