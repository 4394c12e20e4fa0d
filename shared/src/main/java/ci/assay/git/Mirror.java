package ci.assay.git;

import ci.assay.common.FailureText;
import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
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

  /** The name of the file that is locked by who changes the mirror. */
  static final String LOCK = "assay.lock";

  /** So often a ref may move on while it is fetched. */
  private static final int MOST_MOVES = 3;

  private final String url;
  private final Path folder;
  private final MirrorRepository repository;
  private final Remote remote;
  private final Pins pins;
  private final FollowedTags tags;
  private final Repacking repacking;

  /** Whether the objects are those of the repository itself, and not copied. */
  private volatile boolean isBorrowing;

  /** Guarded by the mirror's lock. */
  private int packs;

  Mirror(String url, Path folder, MirrorRepository repository, Remote remote) {
    this.url = url;
    this.folder = folder;
    this.repository = repository;
    this.remote = remote;
    this.pins = new Pins(repository);
    this.tags = new FollowedTags(url, repository, remote, folder.resolve(LOCK));
    this.repacking = new Repacking(repository);
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

  /** Asks the repository for its default branch: what its HEAD leads to, if that is a branch. */
  public Optional<String> defaultBranch() throws GitException {
    return remote.defaultBranch();
  }

  /**
   * Fetches tips that {@link #remoteRefs} named, unless they are here, and pins them.
   *
   * @throws GitException also of kind {@code COMMIT_GONE}, when a ref moved on meanwhile
   */
  public void fetch(Collection<ObjectId> tips) throws GitException {
    locked(
        () -> {
          Set<ObjectId> absent = new LinkedHashSet<>();
          for (ObjectId tip : tips) {
            if (!has(tip)) {
              absent.add(tip);
            }
          }
          if (!absent.isEmpty()) {
            remote.fetch(repository, absent);
          }
          pins.add(isBorrowing ? absent : tips); // no pin keeps what is another's
          pruneSafely();
          if (!absent.isEmpty()) {
            repackSometimes();
          }
        });
  }

  /**
   * Fetches a tip that the ref had a moment ago. Between two connections it may have moved on, and
   * not all servers give what no ref points at any more: then what it points at now is fetched,
   * which leads to the other unless that was forced away. That it moves says nothing of a commit.
   *
   * @throws GitException of kind {@code UNREACHABLE} when it never stays for as long as that takes
   */
  private void fetchTip(ObjectId tip, String ref) throws GitException {
    try {
      fetch(List.of(tip));
    } catch (GitException e) {
      GitException moved = e;
      for (int i = 0; i < MOST_MOVES && moved != null; i++) {
        moved = moved.kind() == Kind.COMMIT_GONE ? fetchTip(ref) : moved;
      }
      if (moved != null) {
        throw moved.kind() == Kind.COMMIT_GONE ? tooFast(ref, moved) : moved;
      }
    }
  }

  /** Null when that went well; else what went wrong. */
  private @Nullable GitException fetchTip(String ref) {
    try {
      locked(
          () -> {
            pins.add(remote.fetchTip(repository, ref).stream().toList());
            pruneSafely();
            repackSometimes();
          });
      return null;
    } catch (GitException e) {
      return e;
    }
  }

  private GitException tooFast(String ref, GitException last) {
    return new GitException(
        Kind.UNREACHABLE,
        "repository %s: %s moves on faster than it can be fetched".formatted(url, ref),
        last);
  }

  @FunctionalInterface
  private interface Fetching {
    void run() throws GitException, IOException;
  }

  private void locked(Fetching work) throws GitException {
    try (MirrorLock lock = MirrorLock.acquire(folder.resolve(LOCK))) {
      work.run();
    } catch (IOException e) {
      throw damaged(e);
    } catch (RuntimeException | StackOverflowError e) { // JGit's, of objects that are none
      throw new GitException(
          Kind.DAMAGED, "repository %s has objects that cannot be read: %s".formatted(url, e), e);
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
    if (!isBorrowing || !has(id)) { // what is lent and gone is noticed when it is read: recover
      borrow(id);
    }
    if (has(id)) {
      if (isBorrowing) { // then it costs little to ask
        tags.followLender();
      }
      return;
    }
    Map<String, ObjectId> refs = remote.refs(new RefGlobs(List.of(ref, Tags.GLOB)));
    ObjectId tip = refs.get(ref);
    if (tip != null) {
      fetchTip(tip, ref);
    }
    tags.follow(refs, isBorrowing);
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

  /**
   * Sees to it that a commit is here that may be anywhere in the repository: on its main branch, by
   * its id, or on any branch or tag.
   *
   * @throws GitException of kind {@code COMMIT_GONE} when the repository does not have it
   */
  public void ensureAnywhere(CommitId commit) throws GitException {
    ObjectId id = idOf(commit);
    borrow(id);
    if (has(id)) {
      return;
    }
    Map<String, ObjectId> refs =
        remote.refs(new RefGlobs(List.of(Constants.HEAD, RefGlobs.BRANCHES, Tags.GLOB)));
    ObjectId head = refs.remove(Constants.HEAD);
    if (head != null) {
      fetch(List.of(head));
    }
    if (!has(id)) {
      fetchById(id, refs.values());
    }
    if (!has(id)) {
      throw new GitException(
          Kind.COMMIT_GONE, "repository %s has no commit %s".formatted(url, commit));
    }
  }

  /**
   * After an object was not here that should be: looks again at what is, on the disk and in the
   * repository.
   *
   * @throws GitException of kind {@code DAMAGED} when it is not there either
   */
  public void recover(CommitId commit, String ref, ObjectId missing) throws GitException {
    repository.getObjectDatabase().close();
    ensure(commit, ref);
    if (isBorrowing && !has(missing)) {
      throw new GitException(
          Kind.DAMAGED,
          "repository %s has commit %s, but not its object %s: 'git fsck' in it says what is wrong"
              .formatted(url, commit, missing.name()));
    }
  }

  /**
   * A repository that is gone lends nothing any more; what was copied of it before stays.
   *
   * @param id what is wanted
   */
  private void borrow(ObjectId id) throws GitException {
    try {
      isBorrowing = remote.lend(repository);
    } catch (GitException e) {
      giveBack();
      if (!has(id)) {
        throw e;
      }
      log.warn("{}; going on with what mirror {} has", e.getMessage(), folder);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private void giveBack() throws GitException {
    try {
      isBorrowing = false;
      Borrowing.set(repository, null);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** Not all servers give a commit by its id. */
  private void fetchById(ObjectId id, Collection<ObjectId> tips) throws GitException {
    try {
      fetch(List.of(id));
    } catch (GitException e) {
      if (e.kind() != Kind.COMMIT_GONE) {
        throw e;
      }
      log.debug("repository {}: {}", url, e.getMessage());
    }
    if (!has(id) && !tips.isEmpty()) {
      fetch(tips);
    }
  }

  /** Nothing of this process writes into the folder any more, then. */
  void close() {
    repacking.close();
    repository.close();
  }

  /**
   * In one line, which tags are not as the repository has them, and why; empty when all are. It is
   * about the last time that the repository was asked.
   */
  public Optional<String> tagTrouble() {
    return tags.trouble();
  }

  private void repackSometimes() {
    packs++;
    if (packs >= MANY_PACKS) {
      packs = 0;
      repacking.start();
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
