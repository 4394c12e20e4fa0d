package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CaseOutcome;
import ci.assay.model.CommitId;
import ci.assay.model.TestCase;
import ci.assay.model.TestCounts;
import ci.assay.wire.Codec;
import ci.assay.worker.checkout.Checkout;
import ci.assay.worker.checkout.Submodules;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestReportsTest {

  private static final String CASES =
      """
      <testsuite name="a" tests="99">
        <properties><property name="x" value="y"/></properties>
        <testcase name="good"/>
        <testcase name="bad"><failure message="no"/><failure/><error/></testcase>
        <testcase name="broken"><error>trace</error><system-out>out</system-out></testcase>
        <testcase name="left"><skipped/></testcase>
        <testcase name="flaky"><flakyFailure/></testcase>
      </testsuite>
      """;

  @TempDir Path folder;

  private CaseFile cases = new CaseFile(Path.of("none"), 0);

  @Test
  void countsTheCasesAndNotWhatTheFileSaysOfItself() throws IOException {
    write("TEST-a.xml", CASES);
    write("TEST-b.xml", "<testsuites><testsuite>" + CASES + "</testsuite></testsuites>");
    assertThat(count("")).isEqualTo(new TestCounts(10, 2, 2, 2));
  }

  @Test
  void anErrorOutsideOfACaseCounts() throws IOException {
    write("junit.xml", "<testsuite><error message='cannot load'/></testsuite>");
    assertThat(count("")).isEqualTo(new TestCounts(0, 0, 1, 0));
  }

  @Test
  void reportsAreBetterThanClosingLines() throws IOException {
    assertThat(count("Ran 3 tests in 0.1s\n\nOK\n")).isEqualTo(new TestCounts(3, 0, 0, 0));
    write("TEST-a.xml", CASES);
    assertThat(count("Ran 3 tests in 0.1s\n\nOK\n")).isEqualTo(new TestCounts(5, 1, 1, 1));
  }

  @Test
  void whatIsNoReportIsPassedOver() throws IOException {
    write("TEST-other.xml", "<project/>");
    write("TEST-broken.xml", "<testsuite><testcase/>");
    write("TEST-empty.xml", "");
    write("TEST-binary.xml", "\0\1\2");
    assertThat(count("")).isNull();
  }

  @Test
  void noEntityIsEverFollowed() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "<testcase/>");
    write(
        "TEST-evil.xml",
        "<!DOCTYPE t [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><testsuite>&x;</testsuite>");
    assertThat(count("")).isIn(null, new TestCounts(0, 0, 0, 0));
  }

  @Test
  void atMostAsMuchAsTheBudgetIsRead() throws IOException {
    write("TEST-a.xml", "<testsuite>" + "<testcase/>".repeat(6_500_000) + "</testsuite>");
    assertThat(count("")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "target/surefire-reports/TEST-a.B.xml, true",
    "target/failsafe-reports/anything.xml, true",
    "build/test-results/test/TEST-a.xml, true",
    "build/test-results/x.xml, true",
    "junit.xml, true",
    "out/my-JUnit-report.xml, true",
    "test-results.xml, true",
    "pytest.xml, true",
    "xunit.xml, true",
    "target/surefire-reports/junitreports/TEST-a.xml, false",
    "TEST-a.txt, false",
    "pom.xml, false",
    "src/main/resources/data.xml, false"
  })
  void knowsReportsByTheirNames(String path, boolean isReport) {
    Path file = Path.of("tree").resolve(path);
    String folder = file.getName(file.getNameCount() - 2).toString();
    assertThat(TestReports.isReport(folder, file.getFileName().toString())).isEqualTo(isReport);
  }

  @Test
  void eachCaseOfAReportIsKnown() throws IOException {
    write(
        "TEST-a.xml",
        """
        <testsuite name="suite">
          <testcase classname="a.B" name="good" time="0.0124"/>
          <testcase classname="a.B" name="bad" time="1,002.5">
            <failure message="1 is not 2" type="a.Wrong">a.Wrong: 1 is not 2
        \tat a.B.bad(B.java:3)<![CDATA[ &]]></failure>
            <error message="and then">another</error>
            <system-out>not of the stack</system-out>
          </testcase>
          <testcase classname="a.B" name="broken"><error type="a.Trouble">

        a.Trouble: lost
        at a.B.broken</error></testcase>
          <testcase name="typed"><failure type="a.Wrong"/></testcase>
          <testcase classname="a.B" name="left" time="soon"><skipped message="not on Monday"/></testcase>
        </testsuite>
        """);
    count("");
    assertThat(found())
        .containsExactly(
            new TestCase("a.B", "good", CaseOutcome.PASSED, 12L, null, null),
            new TestCase(
                "a.B",
                "bad",
                CaseOutcome.FAILED,
                1_002_500L,
                "1 is not 2",
                "a.Wrong: 1 is not 2\n\tat a.B.bad(B.java:3) &"),
            new TestCase(
                "a.B",
                "broken",
                CaseOutcome.ERRORED,
                null,
                "a.Trouble: lost",
                "\n\na.Trouble: lost\nat a.B.broken"),
            new TestCase("", "typed", CaseOutcome.FAILED, null, "a.Wrong", null),
            new TestCase("a.B", "left", CaseOutcome.SKIPPED, null, "not on Monday", null));
  }

  @Test
  void whatWentWrongOutsideOfACaseIsACaseOfItsSuite() throws IOException {
    write(
        "junit.xml",
        "<testsuites><testsuite name='a'><error message='cannot load'>why</error></testsuite>"
            + "<testsuite name='b'><testcase name='c'/></testsuite></testsuites>");
    count("");
    assertThat(found())
        .containsExactly(
            new TestCase("a", "", CaseOutcome.ERRORED, null, "cannot load", "why"),
            new TestCase("", "c", CaseOutcome.PASSED, null, null, null));
  }

  @Test
  void casesOfAReportThatIsNotWholeAreNotKept() throws IOException {
    write("TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
    write("TEST-b.xml", "<testsuite><testcase name='b'/><testcase name='c'/>");
    write("TEST-c.xml", "<testsuite><testcase name='d'/></testsuite>");
    assertThat(count("")).isEqualTo(new TestCounts(2, 0, 0, 0));
    assertThat(found()).extracting(TestCase::name).containsExactly("a", "d");
  }

  @Test
  void longTextsOfAReportAreCut() throws IOException {
    String text = "x".repeat(3 << 20);
    write(
        "TEST-a.xml",
        "<testsuite><testcase name='%s'><failure message='%s'>%s</failure><system-out><![CDATA[%s]]></system-out></testcase></testsuite>"
            .formatted(text, text, text, text));
    assertThat(count("")).isEqualTo(new TestCounts(1, 1, 0, 0));
    TestCase one = found().get(0);
    assertThat(one.name()).hasSize(TestCase.MAX_NAME - 2).endsWith("…");
    assertThat(one.message()).hasSize(TestCase.MAX_MESSAGE - 2).endsWith("…");
    assertThat(one.stack()).hasSize(TestCase.MAX_STACK - 2).endsWith("…");
  }

  @Test
  void casesThatUnittestPrintedAreKnownWhereThereIsNoReport() throws IOException {
    count("test_a (m.C) ... ok\ntest_b (m.C) ... ok\n\nRan 2 tests in 0.1s\n\nOK\n");
    assertThat(found()).extracting(TestCase::name).containsExactly("test_a", "test_b");
    write("TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
    count("test_a (m.C) ... ok\ntest_b (m.C) ... ok\n\nRan 2 tests in 0.1s\n\nOK\n");
    assertThat(found()).extracting(TestCase::name).containsExactly("a");
  }

  private List<TestCase> found() throws IOException {
    cases.finish();
    try (Stream<String> lines = Files.lines(cases.file())) {
      return lines.map(Codec::decodeTestCase).toList();
    }
  }

  private @Nullable TestCounts count(String printed) throws IOException {
    Path file = Files.createTempDirectory(folder, "log").resolve("run.log");
    cases = new CaseFile(file.resolveSibling("run.tests"), 1 << 20);
    try (RunLog log = new RunLog(file, 1 << 20)) {
      log.capture(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)));
      log.finish();
      return TestReports.count(new AllFiles(folder), log, cases);
    }
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  /** A workspace in which a run wrote each file of a folder. */
  private record AllFiles(Path folder) implements Workspace {

    @Override
    public Checkout checkout(Repository mirror, CommitId commit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Checkout addSubmodules(Checkout checkout, Repository mirror, Submodules source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Path> writtenSince(Wanted wanted, int limit) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(file -> wanted.test("", file.getFileName().toString()))
            .sorted()
            .toList();
      }
    }
  }
}
