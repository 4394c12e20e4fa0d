package ci.assay.cli.results;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.common.Durations;
import ci.assay.model.CommitId;
import ci.assay.model.State.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table of commits and their states: first those that wait or run, then those with verdicts. */
public final class VerdictTable {

  private static final int MOST_OWED = 10;

  /** How many refs of one commit are named; more are shown as an ellipsis. */
  private static final int MOST_REFS = 3;

  private static final int SUBJECT_WIDTH = 40;

  private final Terminal terminal;
  private final Instant now;
  private final Tips tips;

  /** Knows which refs point at a commit now. */
  @FunctionalInterface
  public interface Tips {
    List<String> refsAt(String repository, String commit);
  }

  /**
   * @param now the time from which ages are computed
   * @param tips the refs that are shown for a commit; if there are none, the ref on which it was
   *     seen first is shown
   */
  public VerdictTable(Terminal terminal, Instant now, Tips tips) {
    this.terminal = terminal;
    this.now = now;
    this.tips = tips;
  }

  /** A commit. Its texts have not been made safe for a terminal. */
  public record Named(String repository, String commit, String ref, @Nullable String subject) {}

  /** A commit that has no verdict. */
  public record Owed(Named commit, Standing standing, Instant queuedAt) {}

  /** A commit with its verdict. */
  public record Judged(
      Named commit, Standing standing, Duration duration, Instant finishedAt, String summary) {}

  /** All lines, with a heading. */
  public List<String> lines(List<Owed> owed, List<Judged> judged) {
    Style style = terminal.outStyle();
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("STATE", "REPOSITORY", "COMMIT", "REF", "TIME", "AGE", "SUBJECT", "SUMMARY");
    owed.stream().limit(MOST_OWED).forEach(each -> add(table, style, each));
    if (owed.size() > MOST_OWED) {
      table.row("", "", "", "", "", "", "", (owed.size() - MOST_OWED) + " more waiting or running");
    }
    judged.forEach(each -> add(table, style, each));
    return table.lines();
  }

  private void add(Table table, Style style, Owed row) {
    Standing standing = row.standing();
    Named commit = row.commit();
    table.row(
        style.state(standing.state()),
        commit.repository(),
        abbreviated(commit.commit()),
        refs(commit),
        standing.since() == null ? "" : Durations.text(since(standing.since())),
        Ages.text(Duration.between(row.queuedAt(), now)),
        subject(commit),
        standing.worker() == null ? "" : standing.text());
  }

  private void add(Table table, Style style, Judged row) {
    Named commit = row.commit();
    table.row(
        style.state(row.standing().state()),
        commit.repository(),
        abbreviated(commit.commit()),
        refs(commit),
        Durations.text(row.duration()),
        Ages.text(Duration.between(row.finishedAt(), now)),
        subject(commit),
        PlainText.line(row.summary()));
  }

  private Duration since(Instant time) {
    Duration since = Duration.between(time, now);
    return since.isNegative() ? Duration.ZERO : since;
  }

  private static String subject(Named commit) {
    return commit.subject() == null
        ? ""
        : Table.cut(PlainText.line(commit.subject()), SUBJECT_WIDTH);
  }

  private String refs(Named commit) {
    List<String> refs = tips.refsAt(commit.repository(), commit.commit());
    if (refs.isEmpty()) {
      return shortRef(commit.ref());
    }
    String some =
        refs.stream()
            .limit(MOST_REFS)
            .map(VerdictTable::shortRef)
            .collect(Collectors.joining(", "));
    return refs.size() <= MOST_REFS ? some : some + ", …";
  }

  private static String abbreviated(String commit) {
    return new CommitId(commit).abbreviated();
  }

  /**
   * The short name of a ref, {@code main} for {@code refs/heads/main}, made safe for a terminal.
   */
  public static String shortRef(String ref) {
    return PlainText.line(ref).replaceFirst("^refs/heads/", "").replaceFirst("^refs/", "");
  }
}
