package ci.assay.worker.report;

import java.util.regex.Pattern;

/**
 * Recognises files that may be reports by their names. The content decides what a file is. The name
 * only decides whether the file is looked at, and whether it is reported when it cannot be read.
 */
final class ReportNames {

  private static final Pattern USUAL =
      Pattern.compile(
          "TESTS?-.*\\.xml|.*junit.*\\.xml|[xn]?unit.*\\.xml|(py|nose)tests?.*\\.xml"
              + "|test[-_]?(results?|reports?|detail)\\.xml|rspec.*\\.xml|.*\\.trx|.*\\.tap|.*ctrf.*\\.json",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern USUAL_FOLDERS =
      Pattern.compile(
          "(surefire|failsafe)-reports|test-?(results|reports|logs)|bazel-testlogs|[jxn]unit",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern ENDS =
      Pattern.compile("\\.(xml|trx|tap|json|jsonl|ndjson)", Pattern.CASE_INSENSITIVE);

  /** Words in names such as {@code report.xml}, {@code ctest.xml}, {@code my-spec-results.xml}. */
  private static final Pattern WORDS =
      Pattern.compile("test|unit|spec|report|result|suite", Pattern.CASE_INSENSITIVE);

  private static final Pattern FOLDER_WORDS =
      Pattern.compile(
          "(^|[-_.])(tests?|reports?|results?|junit)($|[-_.])|testlogs$", Pattern.CASE_INSENSITIVE);

  /** A folder with TestNG's copies of reports that surefire also writes. */
  private static final String COPIES = "junitreports";

  private ReportNames() {}

  /** Whether the file may be a report. */
  static boolean isCandidate(String folder, String file) {
    int dot = file.lastIndexOf('.');
    return dot >= 0
        && ENDS.matcher(file.substring(dot)).matches()
        && !folder.equals(COPIES)
        && (isUsual(folder, file)
            || WORDS.matcher(file.substring(0, dot)).find()
            || FOLDER_WORDS.matcher(folder).find());
  }

  /** Whether only reports have such a name. */
  static boolean isUsual(String folder, String file) {
    return USUAL.matcher(file).matches()
        || (file.regionMatches(true, file.length() - 4, ".xml", 0, 4)
            && USUAL_FOLDERS.matcher(folder).matches());
  }
}
