package ci.assay.cli.results;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.Style;
import ci.assay.coordinator.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Durations;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All that is known of one commit, for people. */
public final class CommitReport {

  private final Style style;
  private final Instant now;

  /**
   * @param now what ages are counted from
   */
  public CommitReport(Style style, Instant now) {
    this.style = style;
    this.now = now;
  }

  /** The lines, variant by variant. */
  public List<String> lines(ResultReader reader, String repository, CommitId commit) {
    List<String> lines = new ArrayList<>();
    lines.add(style.bold(repository + " " + commit));
    Optional<Verdict> verdict = reader.verdict(repository, commit);
    verdict.ifPresent(each -> lines.add(overall(each)));
    for (Result result : reader.results(repository, commit)) {
      lines.add("");
      addVariant(lines, result, reader);
    }
    reader.pending(repository).stream()
        .filter(job -> job.commit().equals(commit))
        .forEach(job -> addPending(lines, job));
    return lines;
  }

  private String overall(Verdict verdict) {
    return "%s  %s, finished %s"
        .formatted(
            style.outcome(verdict.outcome()),
            VerdictTable.shortRef(verdict.ref()),
            Ages.text(Duration.between(verdict.finishedAt(), now)));
  }

  private void addVariant(List<String> lines, Result result, ResultReader reader) {
    lines.add(
        "%s  %s in %s by worker %s"
            .formatted(
                style.bold(result.id().variant()),
                style.outcome(result.outcome()),
                Durations.text(result.duration()),
                result.worker()));
    add(lines, "summary", result.summary());
    if (result.cause() != null && !result.cause().equals(result.summary())) {
      add(lines, "cause", result.cause());
    }
    if (result.exitCode() != null) {
      add(lines, "exit code", result.exitCode().toString());
    }
    add(lines, "phases", phases(result));
    add(lines, "run", result.run() + ", attempt " + result.attempt());
    add(lines, "log", log(result, reader));
  }

  private static String phases(Result result) {
    Duration waited = Duration.between(result.queuedAt(), result.startedAt());
    String phases =
        result.phasesMillis().entrySet().stream()
            .map(each -> each.getKey() + " " + Durations.text(Duration.ofMillis(each.getValue())))
            .collect(Collectors.joining(", "));
    return waited.isNegative() ? phases : "queued " + Durations.text(waited) + ", " + phases;
  }

  private static String log(Result result, ResultReader reader) {
    return "%s (%,d bytes%s)"
        .formatted(
            reader.log(result.id().repository(), result.id().commit(), result.id().variant()),
            result.log().bytes(),
            result.log().truncated() ? ", its middle was cut out" : "");
  }

  private void addPending(List<String> lines, Job job) {
    lines.add("");
    lines.add(
        "%s  %s, queued %s for pool %s"
            .formatted(
                style.bold(job.variant().name()),
                style.faint("… pending"),
                Ages.text(Duration.between(job.queuedAt(), now)),
                job.pool()));
  }

  private static void add(List<String> lines, String what, String text) {
    lines.add("  %-10s %s".formatted(what, text));
  }
}
