package ci.assay.failure;

import ci.assay.model.Result;
import ci.assay.model.report.TestCase;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that was found of a variant that did not pass; not all of it is told.
 *
 * @param tests that fail, by group and name with a space between
 * @param past since when
 * @param flaky tests, by the same names
 * @param log lines of the log that tell most
 * @param comparedRuns with how many passing runs it was compared
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

  /** The most telling first: new before old, and flaky ones last of each. */
  int rank(String test) {
    return (isNew(test) ? 0 : 2) + (flaky.contains(test) ? 1 : 0);
  }
}
