package ci.assay.git;

import ci.assay.common.FailureText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a mirror's tags as the repository has them, and says when some are not. A commit can be
 * tested without its repository's tags, so what is wrong with them is no matter but to be said.
 * Safe for use by many threads: changes are made under the mirror's lock.
 */
final class FollowedTags {

  private static final Logger log = LoggerFactory.getLogger(FollowedTags.class);

  /** Of tags that could not be followed, in the log. */
  private static final int MOST_NAMED = 5;

  private final String url;
  private final MirrorRepository mirror;
  private final Remote remote;
  private final Path lock;
  private final Tags tags;
  private volatile @Nullable String trouble;

  /** The tags that were followed last; null while some could not be. */
  private volatile @Nullable Map<String, ObjectId> followed;

  /**
   * @param lock the file that is locked by who changes the mirror
   */
  FollowedTags(String url, MirrorRepository mirror, Remote remote, Path lock) {
    this.url = url;
    this.mirror = mirror;
    this.remote = remote;
    this.lock = lock;
    this.tags = new Tags(mirror);
  }

  /** In one line, which tags are not as the repository had them when it was last asked, and why. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /** Makes them those of a repository on this machine, which costs little to ask. */
  void followLender() {
    try {
      follow(remote.refs(new RefGlobs(List.of(Tags.GLOB))), true);
    } catch (GitException e) {
      say("the tags are not those of the repository: " + e.getMessage());
    }
  }

  /**
   * Makes them those among a repository's refs.
   *
   * @param isLent whether the objects are those of the repository itself; then nothing is to be
   *     done while the tags stay the same
   */
  void follow(Map<String, ObjectId> refs, boolean isLent) {
    Map<String, ObjectId> wanted = new HashMap<>(refs);
    wanted.keySet().removeIf(name -> !name.startsWith(Constants.R_TAGS));
    if (isLent && wanted.equals(followed)) {
      return;
    }
    String found;
    try (MirrorLock held = MirrorLock.acquire(lock)) {
      found = inWords(tags.follow(wanted, absent -> remote.fetch(mirror, absent)));
    } catch (IOException | RuntimeException e) {
      found = "the tags are not those of the repository: " + FailureText.of(e);
    }
    followed = found == null ? wanted : null;
    say(found);
  }

  private void say(@Nullable String found) {
    if (found != null && !found.equals(trouble)) {
      log.warn("repository {}: {}", url, found);
    }
    trouble = found;
  }

  private static @Nullable String inWords(Map<String, String> failures) {
    if (failures.isEmpty()) {
      return null;
    }
    String named =
        failures.entrySet().stream()
            .limit(MOST_NAMED)
            .map(each -> "%s (%s)".formatted(printable(each.getKey()), printable(each.getValue())))
            .collect(Collectors.joining(", "));
    int more = failures.size() - MOST_NAMED;
    return "tags that are not as the repository has them: "
        + named
        + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
