package ci.assay.worker.report;

import ci.assay.worker.report.markup.MarkupAttributes;
import ci.assay.worker.report.markup.MarkupHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the format of a report by the elements of the XML file, and passes them to its reader.
 */
final class XmlReports implements MarkupHandler {

  /** A file without a known element among its first ones is no report. */
  private static final int MOST_UNKNOWN = 20;

  private final CaseCollector cases;
  private @Nullable ReportFormat format;
  private int unknown;

  XmlReports(CaseCollector cases) {
    this.cases = cases;
  }

  /** Whether the file is a report. */
  boolean isKnown() {
    return format != null;
  }

  void finish() {
    if (format != null) {
      format.finish();
    }
  }

  private static @Nullable ReportFormat formatOf(
      String element, MarkupAttributes attributes, Consumer<ReportedCase> cases) {
    return switch (element) {
      case "testsuites", "testsuite", "testcase" -> new JUnitReport(cases);
      case "TestRun" -> new DotNetReport(DotNetReport.Kind.TRX, cases);
      case "test-run", "test-results", "test-case" ->
          new DotNetReport(DotNetReport.Kind.NUNIT, cases);
      case "assembly" -> // also the root element of Maven's assembly files
          attributes.get("test-framework").isEmpty()
              ? null
              : new DotNetReport(DotNetReport.Kind.XUNIT, cases);
      default -> null;
    };
  }

  @Override
  public void start(String element, MarkupAttributes attributes) {
    if (format == null) {
      format = formatOf(element, attributes, cases::add);
      unknown++;
    }
    if (format != null) {
      format.start(element, attributes);
    }
  }

  @Override
  public void end(String element) {
    if (format != null) {
      format.end(element);
    }
  }

  @Override
  public void text(char[] characters, int from, int length) {
    if (format != null) {
      format.text(characters, from, length);
    }
  }

  @Override
  public void markText() {
    if (format != null) {
      format.markText();
    }
  }

  @Override
  public void forgetText() {
    if (format != null) {
      format.forgetText();
    }
  }

  @Override
  public boolean wantsMore() {
    return format == null ? unknown < MOST_UNKNOWN : !cases.isFull();
  }
}
