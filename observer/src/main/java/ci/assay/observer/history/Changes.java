package ci.assay.observer.history;

import ci.assay.model.Change;
import java.time.Instant;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads who wrote a commit. Anybody can write a commit object with anything in it, and it still
 * gets its job: without this where it has no author that can be read.
 */
public final class Changes {

  private static final Logger log = LoggerFactory.getLogger(Changes.class);

  /** A year of four digits, as everybody who reads the message expects. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Changes() {}

  /**
   * Reads author, time and subject.
   *
   * @param commit parsed, its body retained
   */
  public static @Nullable Change of(RevCommit commit) {
    try {
      PersonIdent author = commit.getAuthorIdent();
      return author == null ? null : change(author, commit.getFirstMessageLine());
    } catch (RuntimeException e) { // JGit's, of an author's time that is no time at all
      log.debug("commit {} does not say who wrote it: {}", commit.name(), e.toString());
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
