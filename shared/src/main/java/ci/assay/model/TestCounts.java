package ci.assay.model;

import ci.assay.common.InvalidInputException;

/**
 * What the tests of a run counted.
 *
 * @param total all of them, skipped ones included
 * @param failed an assertion said no
 * @param errors a test broke down
 */
public record TestCounts(int total, int failed, int errors, int skipped) {

  public TestCounts {
    if (total < 0 || failed < 0 || errors < 0 || skipped < 0) {
      throw new InvalidInputException("a test count is negative");
    }
  }

  public TestCounts plus(TestCounts other) {
    return new TestCounts(
        total + other.total, failed + other.failed, errors + other.errors, skipped + other.skipped);
  }

  /** For people: {@code 211 tests, 2 failed, 3 skipped}. */
  public String summary() {
    StringBuilder text = new StringBuilder().append(total).append(total == 1 ? " test" : " tests");
    append(text, failed, " failed");
    append(text, errors, errors == 1 ? " error" : " errors");
    append(text, skipped, " skipped");
    return text.toString();
  }

  private static void append(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(what);
    }
  }
}
