package ci.assay.notify.outbox;

import ci.assay.model.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes records from the rows of a query. */
final class RowMappers {

  static final String ENTRIES =
      "SELECT sequence, id, rule, queue, repository, hash, kind, body, state, tries, created_at,"
          + " tried_at, answer FROM notice";

  static final String RETRY_STATES =
      "SELECT queue, failures, next_at, is_stopped, answer FROM retry";

  private RowMappers() {}

  static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong(1),
        row.getString(2),
        new Entry.Address(row.getString(3), row.getString(4)),
        new Entry.Subject(row.getString(5), row.getString(6), row.getString(7)),
        row.getString(8),
        new Entry.Progress(
            Outbox.stateOf(row.getString(9)),
            row.getInt(10),
            Instant.ofEpochMilli(row.getLong(11)),
            instant(row, 12),
            row.getString(13)));
  }

  static RetryState retryState(ResultSet row) throws SQLException {
    return new RetryState(
        row.getString(1),
        row.getInt(2),
        Instant.ofEpochMilli(row.getLong(3)),
        row.getBoolean(4),
        row.getString(5));
  }

  static BrokenBranch brokenBranch(ResultSet row) throws SQLException {
    return new BrokenBranch(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        Instant.ofEpochMilli(row.getLong(4)),
        Instant.ofEpochMilli(row.getLong(5)));
  }

  static RecordedVerdict recordedVerdict(ResultSet row) throws SQLException {
    return new RecordedVerdict(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        Instant.ofEpochMilli(row.getLong(4)),
        Outcome.ofWord(row.getString(5)),
        row.getString(6));
  }

  static Totals totals(ResultSet row) throws SQLException {
    return new Totals(row.getLong(1), row.getLong(2), row.getLong(3), instant(row, 4));
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }
}
