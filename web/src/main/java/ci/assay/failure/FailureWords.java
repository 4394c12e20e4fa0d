package ci.assay.failure;

import ci.assay.common.Texts;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.report.TestCase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Failure} of a given size from what was found about one commit. */
final class FailureWords {

  private static final int LONGEST_COMMAND = 700;
  private static final Pattern PLAIN_WORD = Pattern.compile("[\\w@%+=:,./-]+");

  private final Job job;
  private final Optional<Outcome> outcome;
  private final BiFunction<String, CommitId, Optional<Outcome>> outcomes;

  /**
   * @param outcomes knows the verdicts of other commits
   */
  FailureWords(
      Job job,
      Optional<Outcome> outcome,
      BiFunction<String, CommitId, Optional<Outcome>> outcomes) {
    this.job = job;
    this.outcome = outcome;
    this.outcomes = outcomes;
  }

  /** For a commit without failures. */
  static Failure nothing(
      String repository, CommitId commit, Optional<Outcome> outcome, List<Job> jobs) {
    Failure.About about =
        jobs.isEmpty()
            ? new Failure.About(repository, commit.value(), null, null, null)
            : about(jobs.get(0), 100);
    return new Failure(about, outcome.orElse(null), null, List.of(), 0, null);
  }

  Failure of(List<FoundPart> parts, Measure measure) {
    int told = Math.min(parts.size(), measure.variants());
    return new Failure(
        about(job, measure.width()),
        outcome.orElse(null),
        job.parents().isEmpty() ? null : stored(job.parents().get(0)),
        parts.subList(0, told).stream().map(part -> part(part, measure)).toList(),
        parts.size() - told,
        repeat());
  }

  private static Failure.About about(Job job, int width) {
    Change change = job.change();
    return new Failure.About(
        job.repository().name(),
        job.commit().value(),
        PlainLines.cut(job.ref(), width),
        change == null ? null : PlainLines.cut(change.subject(), width),
        change == null ? null : PlainLines.cut(change.author(), width));
  }

  private Failure.@Nullable Ancestor stored(@Nullable CommitId commit) {
    if (commit == null) {
      return null;
    }
    return outcomes
        .apply(job.repository().name(), commit)
        .map(each -> new Failure.Ancestor(commit.value(), each))
        .orElse(null);
  }

  private Failure.FailedVariant part(FoundPart found, Measure measure) {
    String cause = found.result().cause();
    return new Failure.FailedVariant(
        found.result().id().variant(),
        found.result().outcome(),
        PlainLines.cut(cause == null ? found.result().summary() : cause, 2 * measure.width()),
        found.tests().isEmpty() ? null : tests(found, measure),
        found.log().isEmpty() ? null : excerpt(found, measure));
  }

  private static Failure.Excerpt excerpt(FoundPart found, Measure measure) {
    return new Failure.Excerpt(
        found.comparedRuns(),
        found.log().stream()
            .limit(measure.lines())
            .map(line -> Texts.cut(line, measure.width()))
            .toList());
  }

  private Failure.Tests tests(FoundPart found, Measure measure) {
    CommitId compared = found.past().comparedWith();
    List<Failure.Case> told =
        found.tests().entrySet().stream()
            .sorted(Comparator.comparingInt(each -> found.rank(each.getKey())))
            .limit(measure.tests())
            .map(each -> test(each, found, measure))
            .toList();
    return new Failure.Tests(
        compared == null ? null : ancestor(compared), told, found.tests().size() - told.size());
  }

  private Failure.Ancestor ancestor(CommitId commit) {
    return new Failure.Ancestor(
        commit.value(), outcomes.apply(job.repository().name(), commit).orElse(null));
  }

  private static Failure.Case test(
      Map.Entry<String, TestCase> test, FoundPart found, Measure measure) {
    CommitId since = found.past().since().get(test.getKey());
    TestCase said = test.getValue();
    List<String> stack = said.stack() == null ? List.of() : PlainLines.of(said.stack(), 400);
    return new Failure.Case(
        PlainLines.cut(test.getKey().strip(), 2 * measure.width()),
        found.past().comparedWith() == null ? null : found.isNew(test.getKey()),
        since == null ? null : since.value(),
        found.flaky().contains(test.getKey()),
        cut(message(said, stack, measure.message()), measure),
        cut(StackFrames.own(stack, measure.frames()), measure));
  }

  /**
   * The message of a test. If the report has none that is useful, it is taken from the stack trace.
   */
  private static List<String> message(TestCase said, List<String> stack, int most) {
    List<String> message = said.message() == null ? List.of() : PlainLines.of(said.message(), most);
    boolean saysLittle = message.size() < 2 && message.stream().allMatch(FailureWords::isLittle);
    if (!saysLittle) {
      return message;
    }
    List<String> words = new ArrayList<>();
    List<String> plain = stack.stream().filter(line -> !StackFrames.isFrame(line)).toList();
    int reason = 0;
    while (reason < plain.size() && !LogSigns.isReason(plain.get(reason))) {
      reason++;
    }
    int from = reason == plain.size() ? 0 : Math.max(0, reason - 1);
    plain.stream().skip(from).limit(most).forEach(words::add);
    return words.isEmpty() ? message : words;
  }

  /** Whether a line says little, such as {@code Failed}, or the duration that TAP writes first. */
  private static boolean isLittle(String line) {
    return line.length() < 9 || line.startsWith("duration_ms:");
  }

  private static List<String> cut(List<String> lines, Measure measure) {
    return lines.stream().map(line -> Texts.cut(line, measure.width())).toList();
  }

  private @Nullable String repeat() {
    Repository repository = job.repository();
    boolean isNamedSo =
        repository.url().contains("=")
            || !Repository.parse(repository.url()).name().equals(repository.name());
    String test = job.test();
    String command =
        "assay run --commits "
            + job.commit()
            + (test == null ? "" : " --test " + quoted(test))
            + " "
            + quoted(isNamedSo ? repository.name() + "=" + repository.url() : repository.url());
    boolean fits = command.length() <= LONGEST_COMMAND && command.equals(PlainLines.line(command));
    return fits ? command : null;
  }

  private static String quoted(String word) {
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
