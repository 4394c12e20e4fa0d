package ci.assay.cli.run;

import ci.assay.cli.console.LiveLines;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Program;
import ci.assay.cli.console.Terminal;
import ci.assay.cli.results.LogExcerpt;
import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.wire.Codec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Prints the output of {@code assay run}: verdicts to standard output and, with JSON, everything
 * else to standard error.
 */
public final class RunView {

  private static final int MOST_RUNNING_SHOWN = 8;
  private static final int EXCERPT_LINES = 20;
  private static final int MOST_ARTIFACTS_SHOWN = 10;

  private final Terminal terminal;
  private final LiveLines live;
  private final Subjects subjects;
  private final boolean json;
  private final RunReport report;
  private final long began = System.nanoTime();

  /**
   * @param json whether each verdict is printed as JSON and nothing else
   */
  public RunView(Terminal terminal, LiveLines live, Subjects subjects, boolean json) {
    this.terminal = terminal;
    this.live = live;
    this.subjects = subjects;
    this.json = json;
    this.report = new RunReport(terminal, subjects);
  }

  /**
   * Prints what will be done.
   *
   * @param judged earlier verdicts, whose commits are not tested again
   */
  public void begin(int total, Collection<Verdict> judged, int slots, Path results) {
    int open = total - judged.size();
    say(
        "testing %d %s, %d at a time; results in %s"
            .formatted(open, open == 1 ? "commit" : "commits", slots, results));
    if (!judged.isEmpty()) {
      say(
          "%d of %d already %s there and %s not tested again:"
              .formatted(
                  judged.size(),
                  total,
                  judged.size() == 1 ? "has a verdict" : "have verdicts",
                  judged.size() == 1 ? "is" : "are"));
      judged.forEach(this::verdict);
    }
  }

  /** Shows a verdict. Called from any thread. */
  public void verdict(Verdict verdict) {
    live.print(json ? Codec.line(verdict) : report.line(verdict));
  }

  /** Lines about the progress and the current runs. */
  public List<String> lines(RunProgress progress) {
    List<String> lines = new ArrayList<>();
    List<RunProgress.Running> running = progress.running();
    lines.add(
        "%d of %d done, %d running, %s"
            .formatted(
                progress.verdicts().size(), progress.total(), running.size(), elapsed(began)));
    running.stream()
        .limit(MOST_RUNNING_SHOWN)
        .forEach(
            each ->
                lines.add(
                    "  %s  %6s  %s"
                        .formatted(
                            each.commit().abbreviated(),
                            elapsed(each.sinceNanos()),
                            subjects.of(each.commit()))));
    return lines;
  }

  /** Prints the summary; returns whether every commit passed or was skipped. */
  public boolean end(List<Job> jobs, Map<CommitId, Verdict> verdicts, Path results) {
    if (!json) {
      show(jobs, verdicts, results);
    }
    return verdicts.size() == jobs.size()
        && verdicts.values().stream().allMatch(verdict -> verdict.outcome().isGood());
  }

  private void show(List<Job> jobs, Map<CommitId, Verdict> verdicts, Path results) {
    if (jobs.size() > 1) {
      live.print("");
      report.table(jobs, verdicts).forEach(live::print);
    }
    jobs.stream()
        .map(job -> verdicts.get(job.commit()))
        .filter(verdict -> verdict != null && verdict.outcome() == Outcome.FAILED)
        .findFirst()
        .ifPresent(verdict -> excerpt(verdict, results));
    live.print("");
    live.print(report.total(jobs, verdicts, Duration.ofNanos(System.nanoTime() - began)));
    artifacts(jobs, results).forEach(live::print);
    live.print("results: " + results);
  }

  /** A line for each of the first commits whose runs left artifacts. */
  private static List<String> artifacts(List<Job> jobs, Path results) {
    ResultReader reader = new ResultReader(results);
    List<String> lines = new ArrayList<>();
    for (Job job : jobs) {
      for (Result result : reader.results(job.repository().name(), job.commit())) {
        ArtifactSummary kept = result.artifacts();
        if (kept != null && kept.isSent() && lines.size() < MOST_ARTIFACTS_SHOWN) {
          lines.add(
              "artifacts: %s, %s (%s artifacts --results %s%s %s %s)"
                  .formatted(
                      kept.files() == 1 ? "1 file" : kept.files() + " files",
                      Sizes.text(kept.bytes()),
                      Program.name(),
                      results,
                      result.id().variant().equals(Variant.DEFAULT.name())
                          ? ""
                          : " --variant " + result.id().variant(),
                      result.id().repository(),
                      result.id().commit().abbreviated()));
        }
      }
    }
    return lines;
  }

  private void excerpt(Verdict verdict, Path results) {
    String variant = failed(verdict);
    Path log = new ResultReader(results).log(verdict.repository(), verdict.commit(), variant);
    live.print("");
    live.print(
        "The end of the log of %s (all of it: %s log --results %s %s %s):"
            .formatted(
                verdict.commit().abbreviated(),
                Program.name(),
                results,
                verdict.repository(),
                verdict.commit().abbreviated()));
    boolean hasColours = terminal.outStyle().colours();
    LogExcerpt.last(log, EXCERPT_LINES)
        .forEach(line -> live.print("  | " + PlainText.logLine(line, hasColours)));
  }

  /** The first variant with the outcome of the verdict. */
  private static String failed(Verdict verdict) {
    return verdict.variants().entrySet().stream()
        .filter(each -> each.getValue().outcome() == verdict.outcome())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private void say(String line) {
    if (json) {
      live.print(terminal.err(), line);
    } else {
      live.print(line);
    }
  }

  /** The elapsed time in whole seconds, so that the screen changes little. */
  private static String elapsed(long sinceNanos) {
    Duration elapsed = Duration.ofSeconds((System.nanoTime() - sinceNanos) / 1_000_000_000);
    return elapsed.isZero() ? "0 s" : Durations.text(elapsed);
  }
}
