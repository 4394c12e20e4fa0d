package ci.assay.worker.report;

import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds tests in the output of a run that wrote no report. Takes the log line by line. Not
 * thread-safe.
 */
final class PrintedTests {

  private static final int MOST = 200_000;

  private final ClosingLines closing = new ClosingLines();
  private final UnittestCases unittest = new UnittestCases();
  private final GoTestLines go = new GoTestLines();
  private final CargoTestLines cargo = new CargoTestLines();
  private final List<TestCase> tapCases = new ArrayList<>();
  private final TapLines tap = new TapLines(this::tapCase);
  private final List<ReportedCase> eventCases = new ArrayList<>();
  private final GoTestJson events = new GoTestJson(this::eventCase);

  void line(String line) {
    String plain = ClosingLines.plain(line);
    closing.line(plain);
    unittest.line(plain);
    go.line(plain);
    cargo.line(plain);
    tap.line(plain);
    events.line(plain);
  }

  private void tapCase(TestCase test) {
    if (tapCases.size() < MOST) {
      tapCases.add(test);
    }
  }

  private void eventCase(ReportedCase test) {
    if (eventCases.size() < MOST) {
      eventCases.add(test);
    }
  }

  /** The output is complete. */
  void finish() {
    tap.finish();
    if (!tap.isTap()) {
      tapCases.clear();
    }
  }

  /** The counts of all tests; null if the output has none. */
  @Nullable TestCounts counts() {
    TestCounts sum = plus(closing.counts(), go.counts());
    if (!tapCases.isEmpty()) {
      TestCounts ofTap = counted(tapCases.stream().map(ReportedCase::of).toList());
      sum = plus(sum, tap.trouble() == null ? ofTap : ofTap.orMore());
    }
    if (events.isGo()) {
      TestCounts ofEvents = counted(eventCases);
      sum = plus(sum, events.trouble() == null ? ofEvents : ofEvents.orMore());
    }
    return sum;
  }

  private static @Nullable TestCounts plus(@Nullable TestCounts one, @Nullable TestCounts other) {
    return one == null ? other : other == null ? one : one.plus(other);
  }

  private static TestCounts counted(List<ReportedCase> cases) {
    CaseCollector collector = new CaseCollector(test -> {}, CaseCollector.MOST);
    cases.forEach(collector::add);
    return collector.counts();
  }

  /** Passes on the single test cases that are known, each under a unique name. */
  void forEach(Consumer<TestCase> each) {
    CaseCollector collector = new CaseCollector(each, CaseCollector.MOST);
    unittest.forEach(one -> collector.add(ReportedCase.of(one)));
    go.forEach(one -> collector.add(ReportedCase.of(one)));
    cargo.forEach(one -> collector.add(ReportedCase.of(one)));
    tapCases.forEach(one -> collector.add(ReportedCase.of(one)));
    eventCases.forEach(collector::add);
  }
}
