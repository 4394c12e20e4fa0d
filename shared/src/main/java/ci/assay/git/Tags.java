package ci.assay.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tags of a mirror the same as those of the repository, for {@code git describe} in a
 * work tree. Deleted tags are removed first, because {@code a} and {@code a/b} cannot exist
 * together. A tag that cannot be updated does not affect the others.
 */
final class Tags {

  static final String GLOB = Constants.R_TAGS + "*";

  /** The most fetches. A tag that cannot be fetched is found by halving the set of tags. */
  private static final int MOST_FETCHES = 64;

  /** A lock file of this age was left by a process that died. */
  private static final Duration STALE = Duration.ofMinutes(10);

  private final Repository mirror;

  Tags(Repository mirror) {
    this.mirror = mirror;
  }

  /** Fetches objects into the mirror. */
  @FunctionalInterface
  interface Fetch {
    void fetch(Set<ObjectId> wanted) throws GitException;
  }

  /**
   * Makes the mirror's tags the same as those of the remote repository. The caller must hold the
   * mirror's lock.
   *
   * @return the tags that could not be updated, by name, with the reason
   */
  Map<String, String> follow(Map<String, ObjectId> remoteRefs, Fetch source) throws IOException {
    Map<String, String> failures = new TreeMap<>();
    Map<String, ObjectId> wanted = new TreeMap<>();
    remoteRefs.forEach((name, id) -> addTag(name, id, wanted, failures));
    Map<String, ObjectId> current = new HashMap<>();
    for (Ref ref : mirror.getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
      current.put(ref.getName(), ref.getObjectId());
    }
    List<ReceiveCommand> deletions = new ArrayList<>();
    current.forEach((name, id) -> addDeletion(name, id, wanted, deletions));
    apply(deletions, failures);

    Map<String, ObjectId> changed = new TreeMap<>(wanted);
    changed.entrySet().removeIf(tag -> tag.getValue().equals(current.get(tag.getKey())));
    Map<ObjectId, String> unfetched = fetchAbsent(changed.values(), source);
    List<ReceiveCommand> updates = new ArrayList<>();
    changed.forEach(
        (name, id) -> {
          if (has(id)) {
            updates.add(
                new ReceiveCommand(current.getOrDefault(name, ObjectId.zeroId()), id, name));
          } else {
            failures.put(name, unfetched.getOrDefault(id, "its object was not fetched"));
          }
        });
    apply(updates, failures);
    return failures;
  }

  private static void addTag(
      String name, ObjectId id, Map<String, ObjectId> wanted, Map<String, String> failures) {
    if (!name.startsWith(Constants.R_TAGS)) {
      return;
    }
    if (Repository.isValidRefName(name)) {
      wanted.put(name, id);
    } else { // not trusted, and it becomes a file name
      failures.put(name, "it is no name of a tag");
    }
  }

  private static void addDeletion(
      String name, ObjectId id, Map<String, ObjectId> wanted, List<ReceiveCommand> deletions) {
    if (!wanted.containsKey(name)) {
      deletions.add(new ReceiveCommand(id, ObjectId.zeroId(), name));
    }
  }

  private boolean has(ObjectId id) {
    try {
      return mirror.getObjectDatabase().has(id);
    } catch (IOException e) {
      return false;
    }
  }

  /** Fetches missing objects; returns those that could not be fetched, with the reason. */
  private Map<ObjectId, String> fetchAbsent(Collection<ObjectId> tags, Fetch source) {
    Set<ObjectId> absent = new LinkedHashSet<>(tags);
    absent.removeIf(this::has);
    Map<ObjectId, String> failures = new HashMap<>();
    Deque<List<ObjectId>> parts = new ArrayDeque<>();
    if (!absent.isEmpty()) {
      parts.add(List.copyOf(absent));
    }
    for (int fetches = 0; !parts.isEmpty() && fetches < MOST_FETCHES; fetches++) {
      List<ObjectId> part = parts.remove();
      String failure = fetch(part, source);
      if (failure != null && part.size() > 1) {
        parts.add(part.subList(0, part.size() / 2));
        parts.add(part.subList(part.size() / 2, part.size()));
      } else if (failure != null) {
        failures.put(part.get(0), failure);
      }
    }
    return failures;
  }

  private static @Nullable String fetch(List<ObjectId> part, Fetch source) {
    try {
      source.fetch(new LinkedHashSet<>(part));
      return null;
    } catch (GitException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException | StackOverflowError e) { // thrown by JGit for malformed objects
      return e.toString();
    }
  }

  /** Applies all changes in one write; those that fail are applied one by one. */
  private void apply(List<ReceiveCommand> changes, Map<String, String> failures)
      throws IOException {
    if (changes.isEmpty()) {
      return;
    }
    removeStale(mirror.getDirectory().toPath().resolve(Constants.PACKED_REFS + ".lock"));
    List<ReceiveCommand> failed = execute(changes, true);
    if (!failed.isEmpty()) {
      for (ReceiveCommand each : failed) {
        removeStale(mirror.getDirectory().toPath().resolve(each.getRefName() + ".lock"));
      }
      failed = execute(failed, false);
    }
    for (ReceiveCommand each : failed) {
      failures.put(each.getRefName(), inWords(each));
    }
  }

  /** Returns the changes that failed. */
  private List<ReceiveCommand> execute(List<ReceiveCommand> changes, boolean together)
      throws IOException {
    BatchRefUpdate update = mirror.getRefDatabase().newBatchUpdate();
    update.setAllowNonFastForwards(true);
    update.setAtomic(together);
    update.disableRefLog();
    List<ReceiveCommand> commands = new ArrayList<>();
    for (ReceiveCommand each : changes) { // a command can be executed only once
      commands.add(new ReceiveCommand(each.getOldId(), each.getNewId(), each.getRefName()));
    }
    update.addCommand(commands);
    try (RevWalk walk = new RevWalk(mirror)) {
      update.execute(walk, NullProgressMonitor.INSTANCE);
    } catch (IOException e) {
      if (!together) {
        throw e;
      }
    }
    commands.removeIf(each -> each.getResult() == ReceiveCommand.Result.OK);
    return commands;
  }

  private static String inWords(ReceiveCommand failed) {
    String message = failed.getMessage();
    return failed.getResult() + (message == null ? "" : ", " + message);
  }

  /** Removes a stale lock file. Its age is measured by the clock of the file system. */
  private static void removeStale(Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return;
    }
    Path probe = Files.createTempFile(lock.getParent(), "now-", ".tmp");
    Duration age;
    try {
      age =
          Duration.between(
              Files.getLastModifiedTime(lock).toInstant(),
              Files.getLastModifiedTime(probe).toInstant());
    } finally {
      Files.delete(probe);
    }
    if (age.compareTo(STALE) > 0) {
      Files.deleteIfExists(lock);
    }
  }
}
