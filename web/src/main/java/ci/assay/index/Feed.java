package ci.assay.index;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * All verdicts in the order in which they were indexed, including changed ones after a rerun. A
 * program that notifies people of verdicts reads the feed and remembers its position. Thread-safe.
 */
public final class Feed {

  private final Jdbi jdbi;

  Feed(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The verdicts after a sequence number, 0 for all, the oldest first. */
  public List<FeedLine> after(long sequence, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT sequence, repository.name AS repository, ref, hash AS "commit",
                           feed.outcome, at
                    FROM feed JOIN revision ON revision.id = feed.revision
                              JOIN repository ON repository.id = revision.repository
                              JOIN branch ON branch.id = revision.branch
                    WHERE sequence > :sequence ORDER BY sequence LIMIT :limit
                    """)
                .bind("sequence", sequence)
                .bind("limit", limit)
                .mapTo(FeedLine.class)
                .list());
  }

  /** The highest sequence number; 0 when there is none. */
  public long latest() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT coalesce(max(sequence), 0) FROM feed")
                .mapTo(Long.class)
                .one());
  }
}
