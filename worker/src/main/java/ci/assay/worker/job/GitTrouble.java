package ci.assay.worker.job;

import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.model.Job;

/** Decides what follows from a failed fetch of a job's commit. */
final class GitTrouble {

  private GitTrouble() {}

  /**
   * Whether the repository cannot be reached or denies access, so that its other jobs would fail
   * too.
   */
  static boolean isOfRepository(Exception what) {
    return isUnreachable(what) || is(what, GitException.Kind.ACCESS_DENIED);
  }

  /**
   * Whether the server cannot be reached. Most of these tries do not count as attempts, so that a
   * restart of the server does not use up the attempts of all jobs.
   */
  static boolean isUnreachable(Exception what) {
    return is(what, GitException.Kind.UNREACHABLE);
  }

  /**
   * Whether the repository is given by a path where this worker finds none, or one that it may not
   * read. A worker on another machine, or with another user, may be able to read it.
   */
  static boolean isUnseen(Job job, Exception what) {
    return (is(what, GitException.Kind.REPOSITORY_GONE)
            || is(what, GitException.Kind.ACCESS_DENIED))
        && GitUrl.parse(job.repository().url()).local() != null;
  }

  /**
   * Whether the fault is not in this worker's mirror, so that it can still serve other
   * repositories.
   */
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
