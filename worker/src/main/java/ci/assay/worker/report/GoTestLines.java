package ci.assay.worker.report;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output of {@code go test}, line by line. There is no closing line with counts. Unless
 * it is verbose, the output names only failed tests, so the total is a lower bound. Not
 * thread-safe.
 */
final class GoTestLines {

  private static final int MOST = 200_000;
  private static final int LONGEST = 4_000;

  private static final Pattern CASE =
      Pattern.compile(" *--- (PASS|FAIL|SKIP): (\\S+) \\((\\d+(?:\\.\\d+)?)s\\)");
  private static final Pattern PACKAGE =
      Pattern.compile(
          "(ok  |FAIL)\t(\\S+)(?:\t\\d[\\d.]*s|\t\\(cached\\)| \\[(build|setup) failed])?.*");
  private static final Pattern RUN = Pattern.compile("=== RUN +\\S+");

  private final List<TestCase> all = new ArrayList<>();

  /** The cases of the package whose tests are being printed. */
  private final List<TestCase> inPackage = new ArrayList<>();

  /** The output of the test that was named last. */
  private final StringBuilder printed = new StringBuilder();

  private boolean isVerbose;
  private boolean isGo;
  private int broken;

  /** Takes the next line, without colours and line end. */
  void line(String line) {
    if (line.startsWith("=== RUN")) {
      isVerbose |= RUN.matcher(line).matches();
      return;
    }
    int dashes = line.indexOf("--- ");
    if (dashes >= 0 && line.substring(0, dashes).isBlank()) {
      one(line);
    } else if (line.startsWith("ok  \t") || line.startsWith("FAIL\t")) {
      endOfPackage(line);
    } else if (line.startsWith("    ") && !inPackage.isEmpty() && printed.length() < LONGEST) {
      printed.append(line.strip()).append('\n');
    }
  }

  private void one(String line) {
    Matcher found = CASE.matcher(line);
    if (found.matches() && all.size() + inPackage.size() < MOST) {
      keepPrinted();
      CaseOutcome outcome =
          switch (found.group(1)) {
            case "PASS" -> CaseOutcome.PASSED;
            case "FAIL" -> CaseOutcome.FAILED;
            default -> CaseOutcome.SKIPPED;
          };
      inPackage.add(
          new TestCase("", found.group(2), outcome, Seconds.toMillis(found.group(3)), null, null));
    }
  }

  /** The lines below a failed test say why it failed. */
  private void keepPrinted() {
    int last = inPackage.size() - 1;
    if (last >= 0 && !printed.isEmpty() && inPackage.get(last).outcome() != CaseOutcome.PASSED) {
      TestCase one = inPackage.get(last);
      String text = printed.toString();
      String message = text.lines().findFirst().orElse("");
      inPackage.set(
          last, new TestCase(one.group(), one.name(), one.outcome(), one.millis(), message, text));
    }
    printed.setLength(0);
  }

  private void endOfPackage(String line) {
    Matcher end = PACKAGE.matcher(line);
    if (!end.matches()) {
      return;
    }
    isGo = true;
    keepPrinted();
    String name = end.group(2);
    broken += end.group(3) == null ? 0 : 1;
    for (TestCase each : inPackage) {
      all.add(
          new TestCase(
              name, each.name(), each.outcome(), each.millis(), each.message(), each.stack()));
    }
    inPackage.clear();
  }

  /** The counts; null if nothing was counted. */
  @Nullable TestCounts counts() {
    if (!isGo || (all.isEmpty() && broken == 0)) {
      return null;
    }
    int failed = count(CaseOutcome.FAILED);
    return new TestCounts(all.size(), failed, broken, count(CaseOutcome.SKIPPED), 0, !isVerbose);
  }

  private int count(CaseOutcome outcome) {
    return (int) all.stream().filter(each -> each.outcome() == outcome).count();
  }

  void forEach(Consumer<TestCase> each) {
    all.forEach(each);
  }
}
