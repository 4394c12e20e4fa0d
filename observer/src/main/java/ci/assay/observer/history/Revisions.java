package ci.assay.observer.history;

import ci.assay.common.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Resolves git's names for commits in one repository.
 *
 * @param url the repository's URL, for messages
 * @param naming replaces the name that a revision begins with by one that {@code repository} knows
 */
public record Revisions(String url, Repository repository, UnaryOperator<String> naming) {

  /**
   * The commits of {@code A..B} (either end may be left out and means HEAD then), parents first, or
   * the single commit that is named.
   *
   * @throws InvalidInputException when the range has another form, a name is unknown, or there are
   *     no commits
   */
  public List<RevCommit> commits(String range) {
    if (range.contains("...")) {
      throw wrong(range, "is not A..B, A.. or a single commit");
    }
    try {
      List<RevCommit> commits = find(range, range.indexOf(".."));
      if (commits.isEmpty()) {
        throw wrong(range, "has no commits");
      }
      return commits;
    } catch (IOException e) {
      throw new UncheckedIOException("repository " + url, e);
    }
  }

  private List<RevCommit> find(String range, int dots) throws IOException {
    CommitWalk walk = new CommitWalk(repository);
    if (dots < 0) {
      return walk.newest(resolve(range, range), 1);
    }
    ObjectId from = resolve(range, range.substring(0, dots));
    ObjectId to = resolve(range, range.substring(dots + 2));
    return walk.between(Set.of(from), to);
  }

  private ObjectId resolve(String range, String revision) throws IOException {
    String wanted = revision.isBlank() ? Constants.HEAD : revision.strip();
    try {
      ObjectId found = repository.resolve(naming.apply(wanted) + "^{commit}");
      if (found != null) {
        return found;
      }
    } catch (RevisionSyntaxException | IncorrectObjectTypeException e) {
      throw wrong(range, "is not understood: '" + wanted + "' is not a commit");
    } catch (AmbiguousObjectException e) {
      throw wrong(range, "is ambiguous: more than one commit begins with '" + wanted + "'");
    }
    throw wrong(range, "names no commit there: '" + wanted + "' is unknown");
  }

  private InvalidInputException wrong(String range, String why) {
    return new InvalidInputException(
        "commits '%s' of repository %s: the range %s".formatted(range, url, why));
  }
}
