package ci.assay.cli.run;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.common.Durations;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.State;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the verdicts of a range of commits as lines. */
final class RunReport {

  private static final int SUBJECT_WIDTH = 40;
  private static final int OUTCOME_WIDTH = 11;

  private final Terminal terminal;
  private final Style style;
  private final Subjects subjects;

  RunReport(Terminal terminal, Subjects subjects) {
    this.terminal = terminal;
    this.style = terminal.outStyle();
    this.subjects = subjects;
  }

  /** One verdict: {@code ✔ passed 4f1c0a2b 1.9 s Greet the world: 3 tests}. */
  String line(Verdict verdict) {
    String plain = new Style(false).outcome(verdict.outcome());
    String padding = " ".repeat(Math.max(0, OUTCOME_WIDTH - plain.length()));
    String text =
        "%s  %7s  %s"
            .formatted(
                verdict.commit().abbreviated(),
                Durations.text(verdict.duration()),
                Table.cut(subjects.of(verdict.commit()), SUBJECT_WIDTH)
                    + ": "
                    + PlainText.line(verdict.summary()));
    int room = terminal.columns() - OUTCOME_WIDTH - 2;
    return style.outcome(verdict.outcome())
        + padding
        + "  "
        + (terminal.outIsTerminal() ? Table.cut(text, room) : text);
  }

  /** A table of all commits in order, including those without a verdict. */
  List<String> table(List<Job> jobs, Map<CommitId, Verdict> verdicts) {
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("COMMIT", "SUBJECT", "STATE", "TIME", "SUMMARY");
    for (Job job : jobs) {
      Verdict verdict = verdicts.get(job.commit());
      String commit = job.commit().abbreviated();
      String subject = Table.cut(subjects.of(job.commit()), SUBJECT_WIDTH);
      if (verdict == null) {
        table.row(commit, subject, style.faint("… not tested"), "", "");
      } else {
        table.row(
            commit,
            subject,
            style.outcome(verdict.outcome()),
            Durations.text(verdict.duration()),
            PlainText.line(verdict.summary()));
      }
    }
    return table.lines();
  }

  /** {@code 30 commits in 41 s: 28 passed, 2 failed}. */
  String total(List<Job> jobs, Map<CommitId, Verdict> verdicts, Duration took) {
    String counts =
        Arrays.stream(Outcome.values())
            .map(outcome -> count(verdicts, outcome))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    int missing = jobs.size() - verdicts.size();
    return "%d %s in %s: %s"
        .formatted(
            jobs.size(),
            jobs.size() == 1 ? "commit" : "commits",
            Durations.text(took),
            missing == 0
                ? counts
                : counts + (counts.isEmpty() ? "" : ", ") + missing + " not tested");
  }

  private String count(Map<CommitId, Verdict> verdicts, Outcome outcome) {
    long count = verdicts.values().stream().filter(each -> each.outcome() == outcome).count();
    return count == 0 ? "" : count + " " + State.of(outcome).text();
  }
}
