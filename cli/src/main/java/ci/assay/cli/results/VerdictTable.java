package ci.assay.cli.results;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.common.Durations;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Verdicts, a line each, under what is still owed. */
public final class VerdictTable {

  private static final int MOST_PENDING = 10;

  /** More refs of one commit are told by their number. */
  private static final int MOST_REFS = 3;

  private final Terminal terminal;
  private final Instant now;
  private final Tips tips;

  /** Which refs point at a commit now, as far as that is known. */
  @FunctionalInterface
  public interface Tips {
    List<String> refsAt(String repository, String commit);
  }

  /**
   * @param now what ages are counted from
   * @param tips the refs that point at a commit are named with it; where none does, the one on
   *     which it was seen first
   */
  public VerdictTable(Terminal terminal, Instant now, Tips tips) {
    this.terminal = terminal;
    this.now = now;
    this.tips = tips;
  }

  /** A commit that waits for its verdict. */
  public record Pending(String repository, String commit, String ref, Instant queuedAt) {
    public static Pending of(Job job) {
      return new Pending(job.repository().name(), job.commit().value(), job.ref(), job.queuedAt());
    }
  }

  /** A commit with its verdict. Flat, as it is a row of the table: a column each. */
  public record Judged(
      Outcome outcome,
      String repository,
      String commit,
      String ref,
      Duration duration,
      Instant finishedAt,
      String summary) {
    public static Judged of(Verdict verdict) {
      return new Judged(
          verdict.outcome(),
          verdict.repository(),
          verdict.commit().value(),
          verdict.ref(),
          verdict.duration(),
          verdict.finishedAt(),
          verdict.summary());
    }
  }

  /** All lines, with a heading. */
  public List<String> lines(List<Pending> pending, List<Judged> judged) {
    Style style = terminal.outStyle();
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("OUTCOME", "REPOSITORY", "COMMIT", "REF", "TIME", "AGE", "SUMMARY");
    pending.stream().limit(MOST_PENDING).forEach(each -> add(table, style, each));
    if (pending.size() > MOST_PENDING) {
      table.row("", "", "", "", "", "", (pending.size() - MOST_PENDING) + " more pending");
    }
    judged.forEach(each -> add(table, style, each));
    return table.lines();
  }

  private void add(Table table, Style style, Pending commit) {
    table.row(
        style.faint("… pending"),
        commit.repository(),
        abbreviated(commit.commit()),
        refs(commit.repository(), commit.commit(), commit.ref()),
        "",
        Ages.text(Duration.between(commit.queuedAt(), now)),
        "waits for a worker, or is running");
  }

  private void add(Table table, Style style, Judged commit) {
    table.row(
        style.outcome(commit.outcome()),
        commit.repository(),
        abbreviated(commit.commit()),
        refs(commit.repository(), commit.commit(), commit.ref()),
        Durations.text(commit.duration()),
        Ages.text(Duration.between(commit.finishedAt(), now)),
        PlainText.line(commit.summary()));
  }

  private String refs(String repository, String commit, String firstSeenOn) {
    List<String> refs = tips.refsAt(repository, commit);
    if (refs.isEmpty()) {
      return shortRef(firstSeenOn);
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

  /** {@code refs/heads/main} is {@code main} to people; fit for a terminal. */
  public static String shortRef(String ref) {
    return PlainText.line(ref).replaceFirst("^refs/heads/", "").replaceFirst("^refs/", "");
  }
}
