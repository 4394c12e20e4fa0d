package ci.assay.worker.report;

import ci.assay.worker.report.markup.MarkupScanner;
import ci.assay.worker.report.markup.ReadAllowance;
import ci.assay.worker.report.markup.ReportText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the reports of one run, one file after another. Not thread-safe. */
final class ReportReader {

  private static final int LONGEST_LINE = 256 * 1024;

  private final CaseCollector cases;
  private final ReadAllowance allowance;

  ReportReader(CaseCollector cases, ReadAllowance allowance) {
    this.cases = cases;
    this.allowance = allowance;
  }

  /**
   * Reads a file as far as possible.
   *
   * @param path the name of the file in messages
   * @param isUsual whether only reports have such a name
   * @return the problem with the file; null when it was read without one, or is no report
   */
  @Nullable ReportTrouble read(Path file, String path, boolean isUsual) {
    cases.nextFile();
    try {
      if (Files.size(file) == 0) {
        return isUsual ? new ReportTrouble(path, 1, "it is empty") : null;
      }
      if (allowance.isUsedUp()) {
        return new ReportTrouble(path, 1, TestReports.TOO_LONG);
      }
      try (ReportText text = ReportText.open(file, allowance)) {
        return content(text, path, isUsual);
      }
    } catch (IOException e) {
      String why =
          e instanceof AccessDeniedException ? "permission denied" : e.getClass().getSimpleName();
      return isUsual ? new ReportTrouble(path, 1, why) : null;
    }
  }

  private @Nullable ReportTrouble content(ReportText text, String path, boolean isUsual)
      throws IOException {
    String head = text.head();
    String firstLine = head.lines().findFirst().orElse("");
    if (GoTestJson.isFirst(firstLine)) {
      return goEvents(text, path);
    }
    if (CtrfReport.isFirst(head)) {
      return ctrf(text, path);
    }
    if (TapLines.isFirst(firstLine)) {
      return tap(text, path);
    }
    return xml(text, path, isUsual);
  }

  private @Nullable ReportTrouble goEvents(ReportText text, String path) throws IOException {
    GoTestJson events = new GoTestJson(cases::add);
    eachLine(text, events::line);
    cases.wasReport();
    return ended(text, path, text.line(), events.trouble());
  }

  private @Nullable ReportTrouble tap(ReportText text, String path) throws IOException {
    TapLines lines = new TapLines(test -> cases.add(ReportedCase.of(test)));
    eachLine(text, lines::line);
    lines.finish();
    cases.wasReport();
    return ended(text, path, text.line(), lines.trouble());
  }

  private void eachLine(ReportText text, Consumer<String> each) throws IOException {
    String line = text.nextLine(LONGEST_LINE);
    while (line != null && !cases.isFull()) {
      each.accept(line);
      line = text.nextLine(LONGEST_LINE);
    }
  }

  private @Nullable ReportTrouble ctrf(ReportText text, String path) throws IOException {
    long brokenLine = new CtrfReport(cases::add, cases::isFull).read(text.reader());
    cases.wasReport();
    String why = brokenLine == 0 ? null : "the JSON breaks off";
    return ended(text, path, brokenLine, why);
  }

  /** The problem with a report that was read; null when there is none. */
  private @Nullable ReportTrouble ended(
      ReportText text, String path, long troubleLine, @Nullable String trouble) throws IOException {
    if (allowance.isUsedUp()) {
      return new ReportTrouble(path, text.line(), TestReports.TOO_LONG);
    }
    if (cases.isFull()) {
      return new ReportTrouble(path, text.line(), TestReports.TOO_MANY_CASES);
    }
    if (trouble != null) {
      return new ReportTrouble(path, troubleLine, trouble);
    }
    return text.hasForeignBytes()
        ? ReportTrouble.ofWhole(
            path, "has bytes that are not " + text.encoding() + ": U+FFFD stands for them")
        : null;
  }

  private @Nullable ReportTrouble xml(ReportText text, String path, boolean isUsual)
      throws IOException {
    XmlReports reports = new XmlReports(cases);
    MarkupScanner scanner = new MarkupScanner(text, reports);
    scanner.scan();
    reports.finish();
    if (!reports.isKnown()) {
      return isUsual && scanner.elements() == 0
          ? new ReportTrouble(path, 1, "its format is not known")
          : null;
    }
    cases.wasReport();
    return ended(text, path, scanner.troubleLine(), scanner.trouble());
  }
}
