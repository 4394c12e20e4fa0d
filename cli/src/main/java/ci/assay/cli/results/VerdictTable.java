package ci.assay.cli.results;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.model.Durations;
import ci.assay.model.Job;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Verdicts, a line each, under what is still owed. */
public final class VerdictTable {

  private static final int MOST_PENDING = 10;

  private final Terminal terminal;
  private final Instant now;

  /**
   * @param now what ages are counted from
   */
  public VerdictTable(Terminal terminal, Instant now) {
    this.terminal = terminal;
    this.now = now;
  }

  /** All lines, with a heading. */
  public List<String> lines(List<Job> pending, List<Verdict> verdicts) {
    Style style = terminal.outStyle();
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("OUTCOME", "REPOSITORY", "COMMIT", "REF", "TIME", "AGE", "SUMMARY");
    pending.stream().limit(MOST_PENDING).forEach(job -> add(table, style, job));
    if (pending.size() > MOST_PENDING) {
      table.row("", "", "", "", "", "", (pending.size() - MOST_PENDING) + " more are pending");
    }
    verdicts.forEach(verdict -> add(table, style, verdict));
    return table.lines();
  }

  private void add(Table table, Style style, Job job) {
    table.row(
        style.faint("… pending"),
        job.repository().name(),
        job.commit().abbreviated(),
        shortRef(job.ref()),
        "",
        Ages.text(Duration.between(job.queuedAt(), now)),
        "waits for a worker, or is running");
  }

  private void add(Table table, Style style, Verdict verdict) {
    table.row(
        style.outcome(verdict.outcome()),
        verdict.repository(),
        verdict.commit().abbreviated(),
        shortRef(verdict.ref()),
        Durations.text(verdict.duration()),
        Ages.text(Duration.between(verdict.finishedAt(), now)),
        verdict.summary());
  }

  /** {@code refs/heads/main} is {@code main} to people. */
  public static String shortRef(String ref) {
    return ref.replaceFirst("^refs/heads/", "").replaceFirst("^refs/", "");
  }
}
