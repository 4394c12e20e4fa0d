package ci.assay.git;

import org.jspecify.annotations.Nullable;

/** Git could not do what was asked. The message is one line in words that a person can act on. */
public final class GitException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What kind of trouble, for those who decide whether trying again can help. */
  public enum Kind {
    /** No repository answers at that URL. */
    REPOSITORY_GONE,
    /** The repository is there, the commit (or ref) is not: it was forced away, or never was. */
    COMMIT_GONE,
    /** The repository, or the machine it is on, does not let us in. */
    ACCESS_DENIED,
    /** The machine did not answer, or not in time. */
    UNREACHABLE,
    /** A kind of repository that we cannot read, now or later. */
    UNSUPPORTED,
    /** Objects of the repository are none, or not whole. */
    DAMAGED,
    /** What a commit names as its submodule cannot be had. */
    SUBMODULE,
    /** Our own side: the mirror's disk or its content. */
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

  /** The same trouble with a submodule, so that it is not taken for the repository's own. */
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
