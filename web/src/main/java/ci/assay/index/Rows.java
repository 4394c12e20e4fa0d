package ci.assay.index;

import ci.assay.model.Outcome;
import ci.assay.model.report.CaseOutcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Maps rows to records. */
final class Rows {

  private Rows() {}

  static Jdbi mapped(DataSource source) {
    Jdbi jdbi = Jdbi.create(source);
    jdbi.registerColumnMapper(Instant.class, (row, column, context) -> instant(row, column));
    jdbi.registerColumnMapper(Outcome.class, (row, column, context) -> outcome(row, column));
    jdbi.registerRowMapper(ConstructorMapper.factory(CommitLine.class));
    jdbi.registerRowMapper(ConstructorMapper.factory(BranchLine.class));
    jdbi.registerRowMapper(ConstructorMapper.factory(JobLine.class));
    jdbi.registerRowMapper(ConstructorMapper.factory(DayLine.class));
    jdbi.registerRowMapper(ConstructorMapper.factory(FeedLine.class));
    jdbi.registerColumnMapper(
        CaseOutcome.class, (row, column, context) -> caseOutcome(row, column));
    jdbi.registerRowMapper(ConstructorMapper.factory(TestLine.class));
    jdbi.registerRowMapper(ConstructorMapper.factory(TestRunLine.class));
    return jdbi;
  }

  /** Mapped by hand, because one page has thousands of them. */
  static StripLine strip(ResultSet row, int from) throws SQLException {
    String outcome = row.getString(from + 4);
    return new StripLine(
        row.getString(from),
        row.getString(from + 1),
        row.getString(from + 2),
        Instant.ofEpochMilli(row.getLong(from + 3)),
        outcome == null ? null : Outcome.ofWord(outcome));
  }

  /** Mapped by hand, because its columns come from two tables. */
  static LineageLine lineage(ResultSet row, int from) throws SQLException {
    return new LineageLine(
        row.getString(from),
        row.getString(from + 1),
        row.getString(from + 2),
        Instant.ofEpochMilli(row.getLong(from + 3)),
        outcome(row, from + 4),
        instant(row, from + 5));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static CaseOutcome caseOutcome(ResultSet row, int column) throws SQLException {
    return CaseOutcome.valueOf(row.getString(column).toUpperCase(Locale.ROOT));
  }

  private static @Nullable Outcome outcome(ResultSet row, int column) throws SQLException {
    String word = row.getString(column);
    return word == null ? null : Outcome.ofWord(word);
  }
}
