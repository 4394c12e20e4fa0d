package ci.assay.git;

import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bare copy of a repository on this machine. What was once fetched stays: each fetched tip is
 * pinned under {@code refs/assay/}, whatever becomes of the repository's own refs. Safe for use by
 * many threads and, on its folder, many processes: of one mirror one fetch runs at a time.
 */
public final class Mirror {

  private static final Logger log = LoggerFactory.getLogger(Mirror.class);

  static final int MANY_PACKS = 50;

  private final String url;
  private final Path folder;
  private final MirrorRepository repository;
  private final Remote remote;
  private final Pins pins;
  private final Tags tags;

  /** Guarded by the mirror's lock. */
  private int packs;

  Mirror(String url, Path folder, MirrorRepository repository, Remote remote) {
    this.url = url;
    this.folder = folder;
    this.repository = repository;
    this.remote = remote;
    this.pins = new Pins(repository);
    this.tags = new Tags(repository);
    this.packs = repository.getObjectDatabase().getPacks().size();
  }

  /** For reading objects; closed by the {@link MirrorStore}, not by the caller. */
  public Repository repository() {
    return repository;
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /**
   * Asks the repository, not the mirror, for its refs: what {@code git ls-remote} does.
   *
   * @param globs as {@link RefGlobs} reads them
   * @return what each ref points at; for an annotated tag that is the tag object
   */
  public Map<String, ObjectId> remoteRefs(List<String> globs) throws GitException {
    return remote.refs(new RefGlobs(globs));
  }

  /**
   * Fetches tips that {@link #remoteRefs} named, unless they are here, and pins them.
   *
   * @throws GitException also of kind {@code COMMIT_GONE}, when a ref moved on meanwhile
   */
  public void fetch(Collection<ObjectId> tips) throws GitException {
    try (MirrorLock lock = MirrorLock.acquire(folder.resolve("assay.lock"))) {
      Set<ObjectId> absent = new LinkedHashSet<>();
      for (ObjectId tip : tips) {
        if (!has(tip)) {
          absent.add(tip);
        }
      }
      if (!absent.isEmpty()) {
        remote.fetch(repository, absent);
      }
      pins.add(tips);
      pruneSafely();
      if (!absent.isEmpty()) {
        repackSometimes();
      }
    } catch (IOException e) {
      throw damaged(e);
    } catch (RuntimeException | StackOverflowError e) { // JGit's, of objects that are none
      throw new GitException(
          Kind.UNSUPPORTED,
          "repository %s has objects that cannot be read: %s".formatted(url, e),
          e);
    }
  }

  /** An object that cannot be read hinders no fetch: the pins stay, then. */
  private void pruneSafely() {
    try {
      pins.prune();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.warn("the pins of mirror {} stay as they are: {}", folder, e.toString());
    }
  }

  /** Whether the commit is here; looks at this disk only. */
  public boolean has(CommitId commit) throws GitException {
    return has(idOf(commit));
  }

  /** Whether the object is here, of whatever type; looks at this disk only. */
  public boolean has(ObjectId id) {
    return repository.getObjectDatabase().has(id);
  }

  /**
   * Sees to it that a commit is here. When it is, that costs next to nothing; else its ref is
   * fetched, and when the ref does not lead there any longer, the commit by its id.
   *
   * @param ref where it was seen: {@code refs/heads/main}
   * @throws GitException of kind {@code COMMIT_GONE} when the repository no longer gives it
   */
  public void ensure(CommitId commit, String ref) throws GitException {
    ObjectId id = idOf(commit);
    if (has(id)) {
      return;
    }
    Map<String, ObjectId> refs = remote.refs(new RefGlobs(List.of(ref, Tags.GLOB)));
    ObjectId tip = refs.get(ref);
    if (tip != null) {
      fetch(List.of(tip));
    }
    followTags(refs);
    if (has(id)) {
      return;
    }
    try {
      fetch(List.of(id));
    } catch (GitException e) {
      throw e.kind() == Kind.COMMIT_GONE ? gone(commit, ref, e) : e;
    }
    if (!has(id)) {
      throw gone(commit, ref, null);
    }
  }

  void close() {
    repository.close();
  }

  /**
   * A commit can be tested without its repository's tags, so what is wrong with them is no matter.
   */
  private void followTags(Map<String, ObjectId> refs) {
    try (MirrorLock lock = MirrorLock.acquire(folder.resolve("assay.lock"))) {
      Map<String, ObjectId> missing = tags.missing(refs);
      Set<ObjectId> absent = new LinkedHashSet<>(missing.values());
      absent.removeIf(this::has);
      if (!absent.isEmpty()) {
        remote.fetch(repository, absent);
      }
      if (!missing.isEmpty()) {
        tags.set(missing);
      }
    } catch (GitException | IOException e) {
      log.warn("the tags of repository {} are not here: {}", url, e.getMessage());
    }
  }

  /**
   * Each fetch makes a pack. They are put together by JGit, on a thread of its own, which keeps
   * what a ref leads to and, for two weeks, everything else; packs that were put together are
   * deleted an hour later, when nobody reads them any more.
   */
  private void repackSometimes() {
    packs++;
    if (packs < MANY_PACKS) {
      return;
    }
    packs = 0;
    try {
      repository.autoGC(NullProgressMonitor.INSTANCE);
    } catch (JGitInternalException e) {
      log.warn("mirror {} was not repacked: {}", folder, FailureText.of(e));
    }
  }

  private ObjectId idOf(CommitId commit) throws GitException {
    if (!ObjectId.isId(commit.value())) {
      throw LocalRepository.sha256(url, null);
    }
    return ObjectId.fromString(commit.value());
  }

  private GitException gone(CommitId commit, String ref, @Nullable Exception cause) {
    String line =
        "commit %s is no longer in repository %s: %s does not lead to it any more"
            .formatted(commit, url, ref);
    return new GitException(Kind.COMMIT_GONE, line, cause);
  }

  private GitException damaged(IOException e) {
    return new GitException(
        Kind.MIRROR,
        "mirror %s of repository %s failed: %s; if its disk is sound, delete the folder: it will be fetched again"
            .formatted(folder, url, FailureText.of(e)),
        e);
  }
}
