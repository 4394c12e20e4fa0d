package ci.assay.failure;

import ci.assay.model.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a commit failed. Less than 4 kB, as JSON and as {@link FailureText}. Texts contain no control
 * characters; long ones are cut, and end with {@code …} then.
 *
 * @param outcome of its verdict; null while it has none
 * @param parent its first parent; null if that has no verdict
 * @param variants that did not pass, those with failing tests first; empty when nothing failed
 * @param more how many more variants did not pass
 * @param repeat the command that runs the commit again on this machine; null if it would be too
 *     long
 */
public record Failure(
    About commit,
    @Nullable Outcome outcome,
    @Nullable Ancestor parent,
    List<FailedVariant> variants,
    int more,
    @Nullable String repeat) {

  /** The most bytes of the text, and of the JSON. */
  public static final int MOST_BYTES = 4000;

  public Failure {
    variants = List.copyOf(variants);
  }

  /** The commit. */
  public record About(
      String repository,
      String commit,
      @Nullable String ref,
      @Nullable String subject,
      @Nullable String author) {}

  /**
   * A commit before this one.
   *
   * @param outcome of its verdict; null while it has none
   */
  public record Ancestor(String commit, @Nullable Outcome outcome) {}

  /**
   * A variant that did not pass.
   *
   * @param said the cause, else the summary of its run
   * @param tests the tests that fail; null if none is known to fail
   * @param log an excerpt of the log; null if there are failing tests, or nothing to show
   */
  public record FailedVariant(
      String variant, Outcome outcome, String said, @Nullable Tests tests, @Nullable Excerpt log) {}

  /**
   * The tests that fail.
   *
   * @param comparedWith the commit with which new and old failures are told apart; null if no
   *     earlier commit has test cases
   * @param failing the new failures first, up to a limit
   * @param more how many other tests fail
   */
  public record Tests(@Nullable Ancestor comparedWith, List<Case> failing, int more) {
    public Tests {
      failing = List.copyOf(failing);
    }
  }

  /**
   * A test that fails.
   *
   * @param test its class and its name
   * @param newly whether it did not fail before; null if unknown
   * @param since the first known commit of a failure that goes on; null for a new one
   * @param flaky whether it had both outcomes with the same tree, or alternates
   * @param message lines of its message
   * @param frames stack frames in the project's own code, in the order of the stack trace
   */
  public record Case(
      String test,
      @Nullable Boolean newly,
      @Nullable String since,
      boolean flaky,
      List<String> message,
      List<String> frames) {
    public Case {
      message = List.copyOf(message);
      frames = List.copyOf(frames);
    }
  }

  /**
   * Lines of a log around the failure.
   *
   * @param comparedRuns how many passing runs were compared; none of them had these lines
   */
  public record Excerpt(int comparedRuns, List<String> lines) {
    public Excerpt {
      lines = List.copyOf(lines);
    }
  }
}
