package ci.assay.failure;

import ci.assay.model.Result;
import ci.assay.model.report.TestCase;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that was found about a variant that did not pass. Only a part of it is shown.
 *
 * @param tests the tests that fail, by group and name with a space between
 * @param past since when they fail
 * @param flaky the flaky tests, by the same names
 * @param log the most useful lines of the log
 * @param comparedRuns the number of passing runs whose logs were compared
 */
record FoundPart(
    Result result,
    Map<String, TestCase> tests,
    CaseHistory past,
    Set<String> flaky,
    List<String> log,
    int comparedRuns) {

  static FoundPart ofLog(Result result, List<String> log, int comparedRuns) {
    return new FoundPart(
        result, Map.of(), new CaseHistory(null, Map.of()), Set.of(), log, comparedRuns);
  }

  boolean isNew(String test) {
    return !past.since().containsKey(test);
  }

  /** The order of tests: new failures before old ones, and in each group the flaky ones last. */
  int rank(String test) {
    return (isNew(test) ? 0 : 2) + (flaky.contains(test) ? 1 : 0);
  }
}
