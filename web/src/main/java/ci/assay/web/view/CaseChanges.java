package ci.assay.web.view;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

  /** The test cases of a run, which are too many to be kept in memory. */
  @FunctionalInterface
  public interface Cases {

    /** Passes them on one by one. */
    void each(Consumer<TestCase> taker);
  }

  /**
   * Compares the tests of a commit with those of its parent.
   *
   * @param parent empty if the parent's tests are not known
   * @param flaky groups and names of flaky tests, with a space between
   */
  public static CaseChanges between(Optional<Cases> parent, Cases now, Set<String> flaky) {
    Comparison comparison = new Comparison(parent.isPresent(), flaky);
    parent.ifPresent(cases -> cases.each(comparison::addOfParent));
    now.each(comparison::add);
    return comparison.changes();
  }

  /** Counts the changes, and keeps those that are shown. */
  private static final class Comparison {
    private final boolean isParentKnown;
    private final Set<String> flaky;
    private final Set<String> wasBad = new HashSet<>();
    private final List<Bad> broken = new ArrayList<>();
    private final List<Bad> still = new ArrayList<>();
    private final List<TestCase> retried = new ArrayList<>();
    private int brokenOnes;
    private int fixed;
    private int stillOnes;
    private int flakyOnes;
    private int retriedOnes;

    Comparison(boolean isParentKnown, Set<String> flaky) {
      this.isParentKnown = isParentKnown;
      this.flaky = flaky;
    }

    void addOfParent(TestCase test) {
      if (test.outcome().isBad()) {
        wasBad.add(key(test));
      }
    }

    void add(TestCase test) {
      boolean was = wasBad.contains(key(test));
      if (!test.outcome().isBad()) {
        fixed += was && test.outcome() == CaseOutcome.PASSED ? 1 : 0;
        if (test.flaky()) {
          retriedOnes++;
          keep(test, retried);
        }
        return;
      }
      boolean isFlaky = flaky.contains(key(test));
      flakyOnes += isFlaky ? 1 : 0;
      boolean isNew = isParentKnown && !was;
      brokenOnes += isNew ? 1 : 0;
      stillOnes += isNew ? 0 : 1;
      keep(new Bad(test, isNew, isFlaky), isNew ? broken : still);
    }

    private static <T> void keep(T one, List<T> in) {
      if (in.size() < MOST) {
        in.add(one);
      }
    }

    CaseChanges changes() {
      List<Bad> bad = Stream.concat(broken.stream(), still.stream()).limit(MOST).toList();
      return new CaseChanges(
          bad,
          brokenOnes + stillOnes - bad.size(),
          List.copyOf(retried),
          new Numbers(brokenOnes, fixed, stillOnes, flakyOnes, retriedOnes));
    }
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
