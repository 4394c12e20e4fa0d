package ci.assay.observer.history;

import ci.assay.model.Change;
import java.time.Instant;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads author, time and subject of a commit. A commit object may contain anything; a commit
 * without a readable author gets its job without them.
 */
public final class Changes {

  private static final Logger log = LoggerFactory.getLogger(Changes.class);

  /** The latest time with a year of four digits, which the readers of messages require. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Changes() {}

  /**
   * Reads author, time and subject; null when they cannot be read.
   *
   * @param commit a parsed commit whose body is retained
   */
  public static @Nullable Change of(RevCommit commit) {
    try {
      PersonIdent author = commit.getAuthorIdent();
      return author == null ? null : change(author, commit.getFirstMessageLine());
    } catch (RuntimeException e) { // by JGit, for an author time that cannot be parsed
      log.debug("commit {} has no readable author: {}", commit.name(), e.toString());
      return null;
    }
  }

  private static Change change(PersonIdent author, String subject) {
    Instant time = author.getWhenAsInstant();
    Instant within =
        time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LATEST) ? LATEST : time;
    return new Change(author.getName(), within, subject);
  }
}
