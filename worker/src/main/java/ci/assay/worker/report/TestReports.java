package ci.assay.worker.report;

import ci.assay.model.TestCounts;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts tests and finds the single ones: from the JUnit XML that the run wrote, else from its log.
 */
public final class TestReports {

  private static final Logger log = LoggerFactory.getLogger(TestReports.class);

  private static final int MOST_FILES = 5_000;
  private static final Pattern NAMES =
      Pattern.compile(
          "TEST-.*\\.xml|.*junit.*\\.xml|x?unit.*\\.xml|pytest.*\\.xml|test-?(results?|reports?)\\.xml",
          Pattern.CASE_INSENSITIVE);
  private static final Set<String> FOLDERS =
      Set.of("surefire-reports", "failsafe-reports", "test-results", "test-reports");

  /** TestNG's copies of what surefire has already written. */
  private static final String COPIES = "junitreports";

  private TestReports() {}

  /**
   * The counts, or null where nothing tells them.
   *
   * @param output finished
   * @param cases are given to this one
   */
  public static @Nullable TestCounts count(Workspace workspace, RunLog output, CaseFile cases)
      throws IOException {
    TestCounts sum = null;
    JUnitReport.Budget budget = new JUnitReport.Budget();
    for (Path file : workspace.writtenSince(TestReports::isReport, MOST_FILES)) {
      TestCounts counts = read(file, budget, cases);
      sum = sum == null || counts == null ? (sum == null ? counts : sum) : sum.plus(counts);
    }
    return sum == null ? countPrinted(output, cases) : sum;
  }

  private static @Nullable TestCounts countPrinted(RunLog output, CaseFile cases)
      throws IOException {
    String tail = output.tail();
    if (ClosingLines.isOfUnittest(tail)) {
      UnittestCases found = new UnittestCases();
      output.lines(line -> found.line(ClosingLines.plain(line)));
      found.forEach(cases::add);
    }
    return ClosingLines.count(tail);
  }

  static boolean isReport(String folder, String file) {
    return file.endsWith(".xml")
        && !folder.equals(COPIES)
        && (NAMES.matcher(file).matches() || FOLDERS.contains(folder));
  }

  private static @Nullable TestCounts read(Path file, JUnitReport.Budget budget, CaseFile cases) {
    int before = cases.count();
    try {
      return JUnitReport.read(file, budget, cases::add);
    } catch (IOException e) {
      log.debug("{} is no JUnit report: {}", file, e.getMessage());
      cases.forgetSince(before);
      return null;
    }
  }
}
