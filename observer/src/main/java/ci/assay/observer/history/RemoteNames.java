package ci.assay.observer.history;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The ref names of a repository of which we have only a mirror, whose own refs have other names.
 *
 * @param refs HEAD, branches and tags by full name, with the object that each points at
 */
public record RemoteNames(Map<String, ObjectId> refs) {

  /** The prefixes that git tries for a short name, in git's order. */
  private static final List<String> PREFIXES = List.of("", "refs/", "refs/tags/", "refs/heads/");

  private static final List<String> USUAL = List.of("refs/heads/main", "refs/heads/master");

  /** {@code main~3} becomes {@code <id of refs/heads/main>~3}; a name that is not a ref stays. */
  public String toId(String revision) {
    String name = nameIn(revision);
    ObjectId id = idOf(name);
    return id == null ? revision : id.name() + revision.substring(name.length());
  }

  /**
   * The tips from which all commits of a range are reachable: all tips when a name in the range is
   * not a ref.
   */
  public Collection<ObjectId> tipsFor(String range) {
    Set<ObjectId> tips = new HashSet<>();
    for (String revision : List.of(range.split("\\.\\.", -1))) {
      String name = revision.isBlank() ? Constants.HEAD : nameIn(revision.strip());
      ObjectId id = idOf(name);
      if (id == null) {
        return new HashSet<>(refs.values());
      }
      tips.add(id);
    }
    return tips;
  }

  /** The branch that HEAD most likely points at. */
  public String headBranch() {
    ObjectId head = refs.get(Constants.HEAD);
    for (String ref : USUAL) {
      if (head != null && head.equals(refs.get(ref))) {
        return ref;
      }
    }
    return refs.entrySet().stream()
        .filter(ref -> ref.getKey().startsWith(Constants.R_HEADS))
        .filter(ref -> ref.getValue().equals(head))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Constants.HEAD);
  }

  private static String nameIn(String revision) {
    return revision.replaceFirst("[~^@:].*", "");
  }

  private @Nullable ObjectId idOf(String name) {
    for (String prefix : PREFIXES) {
      ObjectId id = refs.get(prefix + name);
      if (id != null) {
        return id;
      }
    }
    return null;
  }
}
