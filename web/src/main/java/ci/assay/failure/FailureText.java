package ci.assay.failure;

import ci.assay.model.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a {@link Failure} as lines for people, the most important first. */
public final class FailureText {

  private FailureText() {}

  /** The lines, without colours. */
  public static List<String> lines(Failure failure) {
    List<String> lines = new ArrayList<>();
    boolean isOnly = failure.variants().size() == 1 && failure.more() == 0;
    lines.add(heading(failure, isOnly ? failure.variants().get(0) : null));
    for (Failure.FailedVariant part : failure.variants()) {
      if (!isOnly) {
        lines.add("%s %s: %s".formatted(part.variant(), word(part.outcome()), part.said()));
      }
      addTests(lines, part.tests());
      addLog(lines, part.log());
    }
    if (failure.more() > 0) {
      lines.add(
          failure.more() == 1
              ? "and 1 more variant that did not pass"
              : "and " + failure.more() + " more variants that did not pass");
    }
    addRest(lines, failure);
    return List.copyOf(lines);
  }

  static int bytes(Failure failure) {
    return String.join("\n", lines(failure)).getBytes(StandardCharsets.UTF_8).length + 1;
  }

  private static String heading(Failure failure, Failure.@Nullable FailedVariant only) {
    String commit = failure.commit().repository() + " " + brief(failure.commit().commit());
    if (only != null) {
      return commit + " " + word(only.outcome()) + ": " + only.said();
    }
    return commit
        + (failure.outcome() == null ? " has no verdict yet" : " " + word(failure.outcome()));
  }

  private static void addTests(List<String> lines, Failure.@Nullable Tests tests) {
    if (tests == null) {
      return;
    }
    Failure.Ancestor compared = tests.comparedWith();
    String heading = "";
    for (Failure.Case each : tests.failing()) {
      String next = heading(each, compared);
      if (!next.equals(heading)) {
        lines.add(next);
        heading = next;
      }
      String since = each.since() == null ? "" : " (since " + brief(each.since()) + ")";
      lines.add("  " + each.test() + since + (each.flaky() ? " (flaky)" : ""));
      each.message().forEach(line -> lines.add("    " + line));
      each.frames().forEach(line -> lines.add("    " + line));
    }
    if (tests.more() > 0) {
      lines.add("  and " + tests.more() + " more that fail");
    }
  }

  private static String heading(Failure.Case test, Failure.@Nullable Ancestor compared) {
    if (test.newly() == null || compared == null) {
      return "Failing tests:";
    }
    return test.newly()
        ? "Newly failing, compared with " + named(compared) + ":"
        : "Also failed before:";
  }

  private static void addLog(List<String> lines, Failure.@Nullable Excerpt log) {
    if (log == null) {
      return;
    }
    lines.add(
        log.comparedRuns() == 0
            ? "Log around the failure:"
            : "Log around the failure, without the lines that also appear in "
                + (log.comparedRuns() == 1
                    ? "the last passing run:"
                    : "the last " + log.comparedRuns() + " passing runs:"));
    log.lines().forEach(line -> lines.add("  " + line));
  }

  private static void addRest(List<String> lines, Failure failure) {
    String subject = failure.commit().subject();
    if (subject != null && !failure.variants().isEmpty()) {
      lines.add("Commit: " + subject + " (" + failure.commit().author() + ")");
    }
    if (failure.parent() != null) {
      lines.add("Parent: " + named(failure.parent()));
    }
    if (failure.repeat() != null) {
      lines.add("Repeat: " + failure.repeat());
    }
  }

  private static String named(Failure.Ancestor commit) {
    return brief(commit.commit())
        + (commit.outcome() == null ? "" : " (" + word(commit.outcome()) + ")");
  }

  private static String brief(String commit) {
    return commit.substring(0, Math.min(10, commit.length()));
  }

  private static String word(Outcome outcome) {
    return outcome.word().replace('_', ' ');
  }
}
