package ci.assay.index;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Reads verdicts over time. Thread-safe. */
public final class TrendQueries {

  private final Jdbi jdbi;

  TrendQueries(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The verdicts of a repository by day and outcome, from the day of {@code since} on. */
  public List<DayLine> days(String repository, Instant since) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT day, outcome, verdicts, duration_millis FROM day
                    WHERE repository = (SELECT id FROM repository WHERE name = :repository)
                      AND day >= :since AND verdicts > 0 ORDER BY day, outcome
                    """)
                .bind("repository", repository)
                .bind("since", Instant.EPOCH.until(since, ChronoUnit.DAYS))
                .mapTo(DayLine.class)
                .list());
  }
}
