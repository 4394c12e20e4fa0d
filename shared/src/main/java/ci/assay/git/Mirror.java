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
 * A bare copy of a repository on this machine. Each fetched tip is pinned under {@code
 * refs/assay/}, so it stays when the repository's own refs move or are deleted. Safe for use by
 * many threads, and by many processes on one folder: only one fetch of a mirror runs at a time.
 */
public final class Mirror {

  private static final Logger log = LoggerFactory.getLogger(Mirror.class);

  static final int MANY_PACKS = 50;

  /** The name of the file that is locked while the mirror is changed. */
  static final String LOCK = "assay.lock";

  /** How often a ref may move while it is fetched, before that counts as an error. */
  private static final int MOST_MOVES = 3;

  private final String url;
  private final Path folder;
  private final MirrorRepository repository;
  private final Remote remote;
  private final Pins pins;
  private final FollowedTags tags;
  private final Repacking repacking;

  /** Whether objects are read from the repository on this machine, without a copy of them. */
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

  /** The repository to read objects from; closed by the {@link MirrorStore}, not by the caller. */
  public Repository repository() {
    return repository;
  }

  /** The folder of the mirror. */
  public Path folder() {
    return folder;
  }

  /**
   * Asks the remote repository, not the mirror, for its refs, like {@code git ls-remote}.
   *
   * @param globs as {@link RefGlobs} reads them
   * @return the object that each ref points to; for an annotated tag, the tag object
   */
  public Map<String, ObjectId> remoteRefs(List<String> globs) throws GitException {
    return remote.refs(new RefGlobs(globs));
  }

  /** Asks the remote repository for its default branch: the branch that its HEAD points to. */
  public Optional<String> defaultBranch() throws GitException {
    return remote.defaultBranch();
  }

  /**
   * Fetches tips from {@link #remoteRefs}, unless the mirror has them, and pins them.
   *
   * @throws GitException also of kind {@code COMMIT_GONE}, when a ref has moved meanwhile
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
          pins.add(
              isBorrowing ? absent : tips); // a pin cannot keep objects in the other repository
          pruneSafely();
          if (!absent.isEmpty()) {
            repackSometimes();
          }
        });
  }

  /**
   * Fetches a tip that the ref had a moment ago. The ref may have moved since, and not all servers
   * serve an object that no ref points to. Then the current tip is fetched, which has the earlier
   * one in its history unless that was removed by a forced push.
   *
   * @throws GitException of kind {@code UNREACHABLE} when the ref moves each time before the fetch
   *     ends
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

  /** Fetches the current tip of a ref; returns the error, or null if there was none. */
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
    } catch (RuntimeException | StackOverflowError e) { // thrown by JGit for malformed objects
      throw new GitException(
          Kind.DAMAGED, "repository %s has objects that cannot be read: %s".formatted(url, e), e);
    }
  }

  /** Prunes pins. If an object cannot be read, the pins stay, and the fetch still succeeds. */
  private void pruneSafely() {
    try {
      pins.prune();
    } catch (IOException | RuntimeException | StackOverflowError e) {
      log.warn("the pins of mirror {} stay as they are: {}", folder, e.toString());
    }
  }

  /** Whether the mirror has the commit; does not ask the remote repository. */
  public boolean has(CommitId commit) throws GitException {
    return has(idOf(commit));
  }

  /** Whether the mirror has the object, of any type; does not ask the remote repository. */
  public boolean has(ObjectId id) {
    return repository.getObjectDatabase().has(id);
  }

  /**
   * Ensures that the mirror has a commit. If it has, this is cheap. Otherwise the ref is fetched,
   * and if the commit is not in its history any more, the commit by its id.
   *
   * @param ref the ref on which the commit was seen: {@code refs/heads/main}
   * @throws GitException of kind {@code COMMIT_GONE} when the repository no longer serves the
   *     commit
   */
  public void ensure(CommitId commit, String ref) throws GitException {
    ObjectId id = idOf(commit);
    if (!isBorrowing || !has(id)) { // objects that vanish there are noticed on reading: recover()
      borrow(id);
    }
    if (has(id)) {
      if (isBorrowing) { // cheap, because the repository is on this machine
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
   * Ensures that the mirror has a commit that may be anywhere in the repository: fetches the
   * default branch, then the commit by its id, then all branches and tags.
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
   * Called when an object of a commit was missing: reads the list of packs again, and fetches the
   * commit if necessary.
   *
   * @throws GitException of kind {@code DAMAGED} when the remote repository lacks the object, too
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
   * Uses the objects of the repository in place, if it is on this machine. If it is gone, the
   * mirror goes on with the objects that it has copied before.
   *
   * @param id the wanted object
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

  /** Fetches a commit by its id; if the server does not serve it that way, fetches all tips. */
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

  /** Closes the mirror; afterwards this process does not write to its folder any more. */
  void close() {
    repacking.close();
    repository.close();
  }

  /**
   * The tags that differ from those of the repository, and why, in one line; empty if none differs.
   * States the result of the last time that the repository was asked.
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
