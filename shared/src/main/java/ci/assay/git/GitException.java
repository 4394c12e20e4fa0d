package ci.assay.git;

import org.jspecify.annotations.Nullable;

/** A git operation failed. The message is one line that a person can act on. */
public final class GitException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The kind of failure, by which callers decide whether a retry can help. */
  public enum Kind {
    /** No repository answers at that URL. */
    REPOSITORY_GONE,
    /**
     * The repository exists, the commit (or ref) does not: it was removed by a forced push, or
     * never existed.
     */
    COMMIT_GONE,
    /** The repository, or its machine, denies access. */
    ACCESS_DENIED,
    /** The machine did not answer, or not in time. */
    UNREACHABLE,
    /** A repository that Assay cannot read; a retry will not help. */
    UNSUPPORTED,
    /** Objects of the repository are missing or damaged. */
    DAMAGED,
    /** A submodule of the commit cannot be fetched. */
    SUBMODULE,
    /** The mirror cannot be used: its disk or its content. */
    MIRROR
  }

  private final Kind kind;

  GitException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  GitException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * The same failure, as one of a submodule, so that it is not taken for a failure of the
   * repository itself.
   */
  public GitException ofSubmodule(String path) {
    return kind == Kind.MIRROR
        ? this
        : new GitException(
            Kind.SUBMODULE, "submodule '%s': %s".formatted(path, getMessage()), this);
  }

  public Kind kind() {
    return kind;
  }
}
