package ci.assay.cli.results;

import ci.assay.cli.console.Ages;
import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Style;
import ci.assay.common.Durations;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.State.Standing;
import ci.assay.model.StepResult;
import ci.assay.model.Surroundings;
import ci.assay.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes all that is known about one commit, for people. */
public final class CommitReport {

  private final Style style;
  private final Instant now;

  /**
   * @param now the time from which ages are computed
   */
  public CommitReport(Style style, Instant now) {
    this.style = style;
    this.now = now;
  }

  /** A job that has no result. */
  public record Owed(String variant, Standing standing, String pool, Instant queuedAt) {}

  /** The commit. */
  public record Subject(String repository, String commit, @Nullable String text) {}

  /**
   * What is known of a commit.
   *
   * @param results of all its runs, including reruns
   */
  public record Known(
      Subject subject, @Nullable Verdict verdict, List<Result> results, List<Owed> owed) {}

  /**
   * The lines, variant by variant.
   *
   * @param log the path or address of a result's log
   */
  public List<String> lines(Known known, Function<Result, String> log) {
    List<String> lines = new ArrayList<>();
    Subject subject = known.subject();
    lines.add(style.bold(subject.repository() + " " + subject.commit()));
    if (subject.text() != null) {
      lines.add(PlainText.line(subject.text()));
    }
    if (known.verdict() != null) {
      lines.add(overall(known.verdict()));
    }
    for (Result result : deciding(known.results())) {
      lines.add("");
      addVariant(lines, result, log.apply(result));
    }
    known.owed().forEach(job -> addOwed(lines, job));
    return lines;
  }

  /** The result of the latest rerun of each variant, ordered by the variants' names. */
  private static Collection<Result> deciding(List<Result> results) {
    SortedMap<String, Result> deciding = new TreeMap<>();
    Comparator<Result> byRerun = Comparator.comparing(result -> result.id().rerun());
    results.forEach(
        result -> deciding.merge(result.id().variant(), result, BinaryOperator.maxBy(byRerun)));
    return deciding.values();
  }

  private String overall(Verdict verdict) {
    return "%s  %s, finished %s"
        .formatted(
            style.outcome(verdict.outcome()),
            VerdictTable.shortRef(verdict.ref()),
            Ages.text(Duration.between(verdict.finishedAt(), now)));
  }

  private void addVariant(List<String> lines, Result result, String log) {
    lines.add(
        "%s  %s in %s by worker %s"
            .formatted(
                style.bold(result.id().variant()),
                style.outcome(result.outcome()),
                Durations.text(result.duration()),
                result.worker()));
    if (result.about().variant().mayFail()) {
      add(lines, "counts", "no: it may fail");
    }
    add(lines, "summary", result.summary());
    if (result.cause() != null && !result.cause().equals(result.summary())) {
      add(lines, "cause", result.cause());
    }
    if (result.command() != null) {
      add(lines, "command", result.command().text());
      add(lines, "", result.command().source().words());
    }
    if (result.exitCode() != null) {
      add(lines, "exit code", result.exitCode().toString());
    }
    result.steps().forEach(step -> add(lines, "step", step(step)));
    add(lines, "phases", phases(result));
    Surroundings in = result.execution().surroundings();
    if (in.words() != null) {
      add(lines, "executor", in.words());
    }
    if (in.imageDigest() != null) {
      add(lines, "image", in.imageDigest());
    }
    add(lines, "run", result.run() + ", " + result.attemptWords());
    add(lines, "log", log + size(result));
  }

  private static String step(StepResult step) {
    String which = step.round() == 1 ? "" : ", try " + step.round();
    String code =
        step.exitCode() == null || step.exitCode() == 0 ? "" : ", exit code " + step.exitCode();
    String took =
        step.outcome() == Outcome.SKIPPED
            ? ""
            : ", " + Durations.text(Duration.ofMillis(step.durationMillis()));
    return "%s%s: %s%s%s".formatted(step.name(), which, step.outcome().word(), code, took);
  }

  private static String phases(Result result) {
    Duration waited = Duration.between(result.queuedAt(), result.startedAt());
    Stream<String> queued =
        waited.isNegative() ? Stream.empty() : Stream.of("queued " + Durations.text(waited));
    Stream<String> phases =
        result.phasesMillis().entrySet().stream()
            .map(each -> each.getKey() + " " + Durations.text(Duration.ofMillis(each.getValue())));
    return Stream.concat(queued, phases).collect(Collectors.joining(", "));
  }

  private static String size(Result result) {
    return " (%,d bytes%s)"
        .formatted(
            result.log().bytes(), result.log().truncated() ? ", its middle was cut out" : "");
  }

  private void addOwed(List<String> lines, Owed job) {
    lines.add("");
    lines.add(
        "%s  %s, queued %s for pool %s"
            .formatted(
                style.bold(job.variant()),
                style.state(job.standing().state()) + where(job.standing()),
                Ages.text(Duration.between(job.queuedAt(), now)),
                job.pool()));
  }

  private static String where(Standing standing) {
    return standing.text().substring(standing.state().text().length());
  }

  private static void add(List<String> lines, String what, String text) {
    String label = what;
    for (String line : text.lines().toList()) {
      lines.add("  %-10s %s".formatted(label, PlainText.line(line)));
      label = "";
    }
  }
}
