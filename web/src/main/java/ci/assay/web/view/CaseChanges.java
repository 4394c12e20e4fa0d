package ci.assay.web.view;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What changed in the tests between a commit and its parent.
 *
 * @param bad the failing tests, the newly broken first, up to a limit
 * @param more how many other tests fail
 * @param retried the tests that failed at first and passed when retried, up to a limit
 */
public record CaseChanges(List<Bad> bad, int more, List<TestCase> retried, Numbers numbers) {

  private static final int MOST = 100;

  /** No test cases are known. */
  public static final CaseChanges NONE =
      new CaseChanges(List.of(), 0, List.of(), new Numbers(0, 0, 0, 0, 0));

  /**
   * The numbers of tests of each kind.
   *
   * @param broken newly failing
   * @param fixed failed at the parent and passed now
   * @param still failing as at the parent, or it is unknown whether they failed there
   * @param flaky failing, and known as flaky
   * @param retried failed at first and passed when retried
   */
  public record Numbers(int broken, int fixed, int still, int flaky, int retried) {

    private int sum() {
      return broken + fixed + still + flaky + retried;
    }
  }

  /**
   * A test that fails.
   *
   * @param isNew whether it did not fail at the parent
   */
  public record Bad(TestCase test, boolean isNew, boolean isFlaky) {}

  /** A part of the sentence about the changes. */
  public record Word(String text, String style) {}

  /**
   * Compares the tests of a commit with those of its parent.
   *
   * @param isParentKnown whether the parent's tests are known
   * @param flaky groups and names of flaky tests, with a space between
   */
  public static CaseChanges between(
      List<TestCase> parent, boolean isParentKnown, List<TestCase> now, Set<String> flaky) {
    Map<String, Boolean> wasBad = new HashMap<>();
    parent.forEach(test -> wasBad.merge(key(test), test.outcome().isBad(), Boolean::logicalOr));
    List<Bad> broken = new ArrayList<>();
    List<Bad> still = new ArrayList<>();
    List<TestCase> retried = new ArrayList<>();
    int fixed = 0;
    int flakyOnes = 0;
    for (TestCase test : now) {
      boolean was = wasBad.getOrDefault(key(test), false);
      if (!test.outcome().isBad()) {
        fixed += was && test.outcome() == CaseOutcome.PASSED ? 1 : 0;
        if (test.flaky()) {
          retried.add(test);
        }
        continue;
      }
      boolean isFlaky = flaky.contains(key(test));
      flakyOnes += isFlaky ? 1 : 0;
      boolean isNew = isParentKnown && !was;
      (isNew ? broken : still).add(new Bad(test, isNew, isFlaky));
    }
    List<Bad> bad = new ArrayList<>(broken);
    bad.addAll(still);
    int shown = Math.min(MOST, bad.size());
    return new CaseChanges(
        List.copyOf(bad.subList(0, shown)),
        bad.size() - shown,
        List.copyOf(retried.subList(0, Math.min(MOST, retried.size()))),
        new Numbers(broken.size(), fixed, still.size(), flakyOnes, retried.size()));
  }

  public boolean hasAny() {
    return numbers.sum() > 0;
  }

  /** {@code 3 newly broken}, {@code 1 fixed}, … */
  public List<Word> words() {
    List<Word> words = new ArrayList<>();
    add(words, numbers.broken(), "newly broken", "failed");
    add(words, numbers.fixed(), "fixed", "passed");
    add(words, numbers.still(), "still failing", "failed");
    add(words, numbers.flaky() + numbers.retried(), "flaky", "timed_out");
    return words;
  }

  private static void add(List<Word> words, int count, String what, String style) {
    if (count > 0) {
      words.add(new Word(count + " " + what, style));
    }
  }

  private static String key(TestCase test) {
    return test.group() + " " + test.name();
  }
}
