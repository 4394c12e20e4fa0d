package ci.assay.model.report;

import ci.assay.common.Names;
import ci.assay.common.Texts;
import org.jspecify.annotations.Nullable;

/**
 * One test case of a run. Long texts are cut and end in {@code …}.
 *
 * @param group the group it belongs to, such as JUnit's class name; may be empty
 * @param name the name of the test; may be empty
 * @param millis how long it took, in milliseconds; null when the report does not say
 * @param message a short reason why it did not pass or, for a flaky test, why it failed at first;
 *     null when the report has none
 * @param stack the stack trace or another long text; null when the report has none
 * @param flaky whether it failed at first and passed when it was repeated in the same run
 */
public record TestCase(
    String group,
    String name,
    CaseOutcome outcome,
    @Nullable Long millis,
    @Nullable String message,
    @Nullable String stack,
    boolean flaky) {

  /** Longest group and name, each, in bytes of UTF-8. */
  public static final int MAX_NAME = 1024;

  /** Longest message, in bytes of UTF-8. */
  public static final int MAX_MESSAGE = 2 * 1024;

  /** Longest stack, in bytes of UTF-8. */
  public static final int MAX_STACK = 16 * 1024;

  public TestCase {
    group = Texts.cut(Names.present("class", group), MAX_NAME);
    name = Texts.cut(Names.present("name", name), MAX_NAME);
    Names.present("outcome", outcome);
    millis = millis == null || millis < 0 ? null : millis;
    message = message == null ? null : Texts.cut(message, MAX_MESSAGE);
    stack = stack == null ? null : Texts.cut(stack, MAX_STACK);
  }

  /** For a test that was run once. */
  public TestCase(
      String group,
      String name,
      CaseOutcome outcome,
      @Nullable Long millis,
      @Nullable String message,
      @Nullable String stack) {
    this(group, name, outcome, millis, message, stack, false);
  }

  /** The same case by another name. */
  public TestCase named(String other) {
    return new TestCase(group, other, outcome, millis, message, stack, flaky);
  }
}
