package ci.assay.observer.poll;

import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.observer.settings.WatchedRepository;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a repository for its refs and fetches what the moved ones point at. A ref whose tip cannot
 * be fetched does not stop the others. For use by one thread at a time.
 */
final class RefFetcher {

  private static final Logger log = LoggerFactory.getLogger(RefFetcher.class);

  private final WatchedRepository watched;
  private final Mirror mirror;

  /** Tips that could not be fetched. Each is tried once per start of the program. */
  private final Set<ObjectId> broken = new HashSet<>();

  /** What the repository answered last; null if it has not been asked since {@link #fetch}. */
  private @Nullable Map<String, ObjectId> answered;

  RefFetcher(WatchedRepository watched, Mirror mirror) {
    this.watched = watched;
    this.mirror = mirror;
  }

  /**
   * The refs after a fetch.
   *
   * @param refs what each points at, with everything reachable from it in the mirror; a ref whose
   *     tip could not be fetched is as it was before
   * @param newlyBroken the refs whose tip could not be fetched, and had not failed before
   */
  record Fetched(Map<String, ObjectId> refs, Map<String, ObjectId> newlyBroken) {}

  /**
   * Fetches.
   *
   * @param before the refs that were processed last
   * @throws GitException when the repository cannot be read at all
   */
  Fetched fetch(Map<String, ObjectId> before) throws GitException {
    answered = null;
    try {
      return fetchMoved(before, false);
    } catch (GitException e) {
      if (e.kind() != GitException.Kind.COMMIT_GONE) {
        throw e;
      }
      log.debug("{}: a ref moved again while it was fetched: {}", watched.name(), e.getMessage());
      return fetchMoved(before, true);
    }
  }

  /** All refs as the repository named them during the last {@link #fetch}; null if it did not. */
  @Nullable Map<String, ObjectId> answered() {
    return answered;
  }

  /**
   * @param again whether this is the second try, so that a missing commit cannot be explained by a
   *     ref that moved meanwhile
   */
  private Fetched fetchMoved(Map<String, ObjectId> before, boolean again) throws GitException {
    Map<String, ObjectId> now = new TreeMap<>(mirror.remoteRefs(watched.refs()));
    answered = Map.copyOf(now);
    if (now.equals(before)) {
      return new Fetched(now, Map.of());
    }
    Set<ObjectId> wanted = new LinkedHashSet<>(now.values());
    wanted.removeAll(new HashSet<>(before.values()));
    Set<ObjectId> absent = new LinkedHashSet<>(now.values());
    absent.removeAll(wanted);
    absent.removeIf(mirror::has);
    wanted.addAll(absent);
    Set<ObjectId> failed = fetchAll(wanted, again);
    return withoutBroken(now, before, failed);
  }

  /** Fetches all tips at once or, if that fails, one by one. Returns those that failed. */
  private Set<ObjectId> fetchAll(Set<ObjectId> tips, boolean again) throws GitException {
    Set<ObjectId> failed = new HashSet<>(tips);
    failed.retainAll(broken);
    Set<ObjectId> wanted = new LinkedHashSet<>(tips);
    wanted.removeAll(failed);
    try {
      if (!wanted.isEmpty()) {
        mirror.fetch(wanted);
      }
    } catch (GitException e) {
      if (!isAboutTheTips(e, again)) {
        throw e;
      }
      for (ObjectId each : wanted) {
        fetchAlone(each, failed, again);
      }
    }
    return failed;
  }

  private void fetchAlone(ObjectId tip, Set<ObjectId> failed, boolean again) throws GitException {
    try {
      mirror.fetch(Set.of(tip));
    } catch (GitException e) {
      if (!isAboutTheTips(e, again)) {
        throw e;
      }
      failed.add(tip);
      log.warn("{}: {} is skipped: {}", watched.name(), tip.name(), e.getMessage());
    }
  }

  private Fetched withoutBroken(
      Map<String, ObjectId> now, Map<String, ObjectId> before, Set<ObjectId> failed) {
    Map<String, ObjectId> refs = new TreeMap<>(now);
    Map<String, ObjectId> newlyBroken = new TreeMap<>();
    now.forEach(
        (ref, tip) -> {
          if (failed.contains(tip)) {
            if (broken.add(tip)) {
              newlyBroken.put(ref, tip);
            }
            refs.remove(ref);
            if (before.containsKey(ref)) {
              refs.put(ref, before.get(ref));
            }
          }
        });
    broken.retainAll(failed);
    return new Fetched(refs, newlyBroken);
  }

  /** The repository has just named its refs, so it is reachable: the fault is in what they have. */
  private static boolean isAboutTheTips(GitException e, boolean again) {
    return (again && e.kind() == GitException.Kind.COMMIT_GONE)
        || e.kind() == GitException.Kind.REPOSITORY_GONE
        || e.kind() == GitException.Kind.DAMAGED
        || e.kind() == GitException.Kind.UNSUPPORTED;
  }
}
