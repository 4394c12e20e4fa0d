package ci.assay.failure;

import ci.assay.model.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a commit failed, as JSON and as {@link FailureText} less than 4 kB. Texts have no control
 * characters in them; long ones are cut, which is said with {@code …}.
 *
 * @param outcome of its verdict; null while it has none
 * @param parent its first parent; null where nothing is stored of that
 * @param variants that did not pass, those with failing tests first; none when there is nothing to
 *     explain
 * @param more how many more variants did not pass
 * @param repeat the command that runs it again, here; null where that would be too long
 */
public record Failure(
    About commit,
    @Nullable Outcome outcome,
    @Nullable Ancestor parent,
    List<FailedVariant> variants,
    int more,
    @Nullable String repeat) {

  /** Neither the text nor the JSON is longer, in bytes. */
  public static final int MOST_BYTES = 4000;

  public Failure {
    variants = List.copyOf(variants);
  }

  /** Which commit it is. */
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
   * @param tests that fail; null where none is known to
   * @param log what the log says; null where tests say more, or it is empty
   */
  public record FailedVariant(
      String variant, Outcome outcome, String said, @Nullable Tests tests, @Nullable Excerpt log) {}

  /**
   * The tests that fail.
   *
   * @param comparedWith the commit that tells the new failures from the old; null where none before
   *     this one has test cases
   * @param failing the new ones first, at most some
   * @param more how many more fail
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
   * @param newly whether it did not fail before; null where that is not known
   * @param since the first commit of the failures that go on, as far as is known; null for a new
   *     one
   * @param flaky whether it came to both outcomes at one tree, or goes back and forth
   * @param message lines of what it said
   * @param frames where, in the project's own code, the innermost first where the stack has it so
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
   * @param comparedRuns how many passing runs were looked at, none of which had these lines
   */
  public record Excerpt(int comparedRuns, List<String> lines) {
    public Excerpt {
      lines = List.copyOf(lines);
    }
  }
}
