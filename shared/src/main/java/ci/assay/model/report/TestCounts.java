package ci.assay.model.report;

import ci.assay.common.InvalidInputException;

/**
 * The numbers of tests of a run, by outcome.
 *
 * @param total all of them, skipped ones included
 * @param failed tests with a failed assertion
 * @param errors tests that broke down
 * @param flaky tests that failed at first and passed when they were repeated; they count as passed
 * @param atLeast whether a report could not be read completely, so that every number may be too low
 */
public record TestCounts(
    int total, int failed, int errors, int skipped, int flaky, boolean atLeast) {

  public TestCounts {
    if (total < 0 || failed < 0 || errors < 0 || skipped < 0 || flaky < 0) {
      throw new InvalidInputException("a test count is negative");
    }
  }

  /** The counts of reports that were read completely, without flaky tests. */
  public TestCounts(int total, int failed, int errors, int skipped) {
    this(total, failed, errors, skipped, 0, false);
  }

  public TestCounts plus(TestCounts other) {
    return new TestCounts(
        total + other.total,
        failed + other.failed,
        errors + other.errors,
        skipped + other.skipped,
        flaky + other.flaky,
        atLeast || other.atLeast);
  }

  /** The same numbers, as lower bounds. */
  public TestCounts orMore() {
    return new TestCounts(total, failed, errors, skipped, flaky, true);
  }

  /** For people: {@code at least 211 tests, 2 failed, 3 skipped, 1 flaky}. */
  public String summary() {
    StringBuilder text = new StringBuilder(atLeast ? "at least " : "");
    text.append(total).append(total == 1 ? " test" : " tests");
    append(text, failed, " failed");
    append(text, errors, errors == 1 ? " error" : " errors");
    append(text, skipped, " skipped");
    append(text, flaky, " flaky");
    return text.toString();
  }

  private static void append(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(what);
    }
  }
}
