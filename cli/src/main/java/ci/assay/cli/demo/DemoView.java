package ci.assay.cli.demo;

import ci.assay.cli.console.Program;
import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.console.Terminal;
import ci.assay.cli.results.LogExcerpt;
import ci.assay.common.Durations;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what happens in the demo. Thread-safe. */
public final class DemoView {

  private static final int EXCERPT_LINES = 8;

  private final Terminal terminal;
  private final Style style;
  private final Map<CommitId, DemoCommit> pushed = new LinkedHashMap<>();

  public DemoView(Terminal terminal) {
    this.terminal = terminal;
    this.style = terminal.outStyle();
  }

  /** Introduces the parts of the system. */
  public void begin(Path folder) {
    say(style.bold("Assay: every commit gets exactly one stored verdict."));
    say("");
    say("In this process, for this demo: a message broker, an observer that polls a repository,");
    say("two workers that test what it finds, and a coordinator that stores what they report.");
    say("Everything they write is in " + folder);
    say("");
  }

  /** Shows commits that are just being pushed. */
  public synchronized void pushed(List<CommitId> ids, List<DemoCommit> commits) {
    for (int i = 0; i < ids.size(); i++) {
      pushed.put(ids.get(i), commits.get(i));
      say(
          style.faint(
              "%-11s  %s  %s"
                  .formatted("↑ pushed", ids.get(i).abbreviated(), commits.get(i).subject())));
    }
  }

  /** Shows a verdict that was just stored. */
  public synchronized void verdict(Verdict verdict) {
    String plain = new Style(false).outcome(verdict.outcome());
    DemoCommit commit = pushed.get(verdict.commit());
    say(
        "%s%s  %s  %s  in %s by %s"
            .formatted(
                style.outcome(verdict.outcome()),
                " ".repeat(Math.max(0, 11 - plain.length())),
                verdict.commit().abbreviated(),
                commit == null ? "" : commit.subject(),
                Durations.text(verdict.duration()),
                worker(verdict)));
  }

  private static String worker(Verdict verdict) {
    return verdict.variants().values().iterator().next().worker();
  }

  /** Shows all verdicts; returns whether each one is as expected. */
  public synchronized boolean end(Path results, Map<CommitId, Verdict> verdicts) {
    Table table = new Table(terminal.columns(), terminal.outIsTerminal());
    table.row("COMMIT", "SUBJECT", "VERDICT", "BECAUSE", "SUMMARY");
    pushed.forEach((id, commit) -> row(table, id, commit, verdicts.get(id)));
    say("");
    table.lines().forEach(this::say);
    List<String> complaints = new ArrayList<>();
    pushed.forEach((id, commit) -> complain(complaints, id, commit.expected(), verdicts.get(id)));
    complaints.forEach(line -> say(style.bad(line)));
    boolean right = complaints.isEmpty() && !pushed.isEmpty();
    if (right) {
      explain(results, verdicts);
    }
    return right;
  }

  private void row(Table table, CommitId id, DemoCommit commit, @Nullable Verdict verdict) {
    table.row(
        id.abbreviated(),
        commit.subject(),
        verdict == null ? style.bad("none") : style.outcome(verdict.outcome()),
        commit.why(),
        verdict == null ? "" : verdict.summary());
  }

  private static void complain(
      List<String> complaints, CommitId id, Outcome expected, @Nullable Verdict verdict) {
    if (verdict == null || verdict.outcome() != expected) {
      complaints.add(
          "commit %s should be %s but %s"
              .formatted(
                  id.abbreviated(),
                  expected.word(),
                  verdict == null ? "has no verdict" : "is " + verdict.outcome().word()));
    }
  }

  private void explain(Path results, Map<CommitId, Verdict> verdicts) {
    CommitId failed =
        verdicts.values().stream()
            .filter(verdict -> verdict.outcome() == Outcome.FAILED)
            .map(Verdict::commit)
            .findFirst()
            .orElseThrow();
    ResultReader reader = new ResultReader(results);
    Path log = reader.log("greeting", failed, "default");
    say("");
    say("The log of the failed one says why (" + results.relativize(log) + "):");
    LogExcerpt.last(log, EXCERPT_LINES).forEach(line -> say("  | " + line));
    say("");
    say(style.bold("Next"));
    String assay = "  " + Program.name();
    say(assay + " results --results " + results);
    say(assay + " results --results " + results + " greeting " + failed.abbreviated());
    say(assay + " run --commits HEAD~5.. PATH-OF-A-REPOSITORY     test your own commits");
    say(assay + " up PATH-OF-A-REPOSITORY                         and whatever is pushed to it");
  }

  private void say(String line) {
    terminal.out().println(line);
    terminal.out().flush();
  }
}
