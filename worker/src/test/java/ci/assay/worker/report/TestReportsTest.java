package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestReportsTest {

  private static final String CASES =
      """
      <testsuite name="a" tests="99">
        <properties><property name="x" value="y"/></properties>
        <testcase name="good"/>
        <testcase name="bad"><failure message="no"/><failure/><error/></testcase>
        <testcase name="broken"><error>trace</error><system-out>out</system-out></testcase>
        <testcase name="left"><skipped/></testcase>
      </testsuite>
      """;

  @TempDir Path folder;
  private ReportRig rig;

  @BeforeEach
  void makeFolder() throws IOException {
    rig = new ReportRig(folder);
  }

  @Test
  void countsTheCasesAndNotWhatTheFileSaysOfItself() throws IOException {
    rig.write("TEST-a.xml", CASES);
    rig.write(
        "TEST-b.xml",
        "<testsuites><testsuite>" + CASES.replace("\"a\"", "\"b\"") + "</testsuite></testsuites>");
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(8, 2, 2, 2));
  }

  @Test
  void anErrorOutsideOfACaseCounts() throws IOException {
    rig.write("junit.xml", "<testsuite><error message='cannot load'/></testsuite>");
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(0, 0, 1, 0));
  }

  @Test
  void reportsAreBetterThanClosingLines() throws IOException {
    String printed = "Ran 3 tests in 0.1s\n\nOK\n";
    assertThat(rig.read(printed).counts()).isEqualTo(new TestCounts(3, 0, 0, 0));
    rig.write("TEST-a.xml", CASES);
    assertThat(rig.read(printed).counts()).isEqualTo(new TestCounts(4, 1, 1, 1));
  }

  @Test
  void whatIsNoReportIsPassedOver() throws IOException {
    rig.write("TEST-other.xml", "<project><name>TEST</name></project>");
    rig.write("report.xml", "no XML at all");
    rig.write("results.xml", "");
    rig.write("src/test-data.xml", "<data><testing/></data>");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isNull();
    assertThat(found.log()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "target/surefire-reports/TEST-a.B.xml, true, true",
    "target/failsafe-reports/anything.xml, true, true",
    "build/test-results/test/TEST-a.xml, true, true",
    "build/test-results/x.xml, true, true",
    "junit.xml, true, true",
    "out/my-JUnit-report.xml, true, true",
    "test-results.xml, true, true",
    "test_results.xml, true, true",
    "pytest.xml, true, true",
    "nosetests.xml, true, true",
    "xunit.xml, true, true",
    "rspec.xml, true, true",
    "test_detail.xml, true, true",
    "out/junit/a.xml, true, true",
    "reports/TEST-x.XML, true, true",
    "bazel-testlogs/a/test.xml, true, false",
    "report.xml, true, false",
    "results.xml, true, false",
    "ctest.xml, true, false",
    "out/test/reports/index.xml, true, false",
    "target/surefire-reports/junitreports/TEST-a.xml, false, true",
    "TEST-a.txt, false, false",
    "pom.xml, false, false",
    "src/main/resources/data.xml, false, false"
  })
  void knowsReportsByTheirNames(String path, boolean isCandidate, boolean isUsual) {
    Path file = Path.of("tree").resolve(path);
    String folder = file.getName(file.getNameCount() - 2).toString();
    String name = file.getFileName().toString();
    assertThat(ReportNames.isCandidate(folder, name)).isEqualTo(isCandidate);
    assertThat(ReportNames.isUsual(folder, name)).isEqualTo(isUsual);
  }

  @Test
  void eachCaseOfAReportIsKnown() throws IOException {
    rig.write(
        "TEST-a.xml",
        """
        <testsuite name="suite">
          <testcase classname="a.B" name="good" time="0.0124"/>
          <testcase classname="a.B" name="bad" time="1,002.5">
            <failure message="1 is not 2" type="a.Wrong">a.Wrong: 1 is not 2\r
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
    assertThat(rig.read().cases())
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
            new TestCase("suite", "typed", CaseOutcome.FAILED, null, "a.Wrong", null),
            new TestCase("a.B", "left", CaseOutcome.SKIPPED, null, "not on Monday", null));
  }

  @Test
  void whatWentWrongOutsideOfACaseIsACaseOfItsSuite() throws IOException {
    rig.write(
        "junit.xml",
        "<testsuites><testsuite name='a'><error message='cannot load'>why</error></testsuite>"
            + "<testsuite name='b'><testcase name='c'/></testsuite></testsuites>");
    assertThat(rig.read().cases())
        .containsExactly(
            new TestCase("a", "", CaseOutcome.ERRORED, null, "cannot load", "why"),
            new TestCase("b", "c", CaseOutcome.PASSED, null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "status='run' result='completed',     passed",
    "status='notrun' result='suppressed', skipped",
    "status='notrun',                     skipped",
    "status='disabled',                   skipped",
    "status='Skipped',                    skipped",
    "result='ignored',                    skipped",
    "status='run' result='skipped',       skipped",
    "status='failed',                     failed",
    "status='fail',                       failed",
    "status='run' result='failure',       failed",
    "status='error',                      errored",
    "status='passed' result='success',    passed",
    "status='',                           passed"
  })
  void theOutcomeMayStandInAnAttribute(String attributes, String outcome) throws IOException {
    rig.write("junit.xml", "<testsuite><testcase name='a' %s/></testsuite>".formatted(attributes));
    assertThat(rig.read().outcomes()).containsExactly("|a|" + outcome);
  }

  @Test
  void anElementCountsForMoreThanAnAttribute() throws IOException {
    rig.write(
        "junit.xml",
        "<testsuite><testcase name='a' status='skipped'><failure/></testcase></testsuite>");
    assertThat(rig.read().outcomes()).containsExactly("|a|failed");
  }

  @Test
  void casesOfOneNameAreKeptApart() throws IOException {
    rig.write(
        "TEST-a.xml",
        """
        <testsuites>
          <testsuite name="one"><testcase name="x"/><testsuite name="inner"><testcase name="x"/></testsuite></testsuite>
          <testsuite name="two"><testcase name="x"><failure/></testcase></testsuite>
          <testsuite name="two"><testcase name="x"/><testcase name="x (2)"/><testcase name="x"/></testsuite>
          <testsuite name="three"><testcase class="C" name="x"/><testcase classname="C" name="x"><failure/></testcase></testsuite>
        </testsuites>
        """);
    assertThat(rig.read().outcomes())
        .containsExactly(
            "one|x|passed",
            "one > inner|x|passed",
            "two|x|failed",
            "two|x (2)|passed",
            "two|x (2) (2)|passed",
            "two|x (3)|passed",
            "C|x|passed",
            "C|x (2)|failed");
  }

  @Test
  void theSameCasesInTwoFilesCountOnce() throws IOException {
    String suite =
        "<testsuite name='A' timestamp='2024-01-01T00:00:00'><testcase name='x' classname='A' time='0.101'/>"
            + "<testcase name='x' classname='A' time='0.101'/>"
            + "<testcase name='y' classname='A' time='0.202'><failure message='m'/></testcase></testsuite>";
    rig.write("TEST-A.xml", suite);
    rig.write("TESTS-TestSuites.xml", "<testsuites>" + suite + "</testsuites>");
    rig.write("copy/junit.xml", suite);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(3, 1, 0, 0));
    assertThat(found.outcomes()).containsExactly("A|x|passed", "A|x (2)|passed", "A|y|failed");
    rig.write("other/junit.xml", suite.replace("0.101", "0.103"));
    rig.write("third/junit.xml", suite.replace("01T00", "02T00"));
    rig.write("fourth/junit.xml", suite.replace("name='A'", "name='B'"));
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(3 + 2 + 3 + 3, 3, 0, 0));
  }

  @Test
  void aReportThatBreaksOffCountsAsFarAsItGoes() throws IOException {
    rig.write("TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
    rig.write(
        "TEST-b.xml",
        "<testsuite>\n<testcase name='b'/>\n<testcase name='c'><failure message='m'>st</failure></testcase>\n<testcase na");
    rig.write("TEST-c.xml", "<testsuite><testcase name='d'><failure message='half'>of a sta");
    rig.write("TEST-d.xml", "<testsuite><testcase name='whoKnows'>");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(4, 2, 0, 0, 0, true));
    assertThat(found.summary()).isEqualTo("at least 4 tests, 2 failed");
    assertThat(found.outcomes())
        .containsExactly("|a|passed", "|b|passed", "|c|failed", "|d|failed");
    assertThat(found.log())
        .containsExactly(
            "[assay] report TEST-b.xml could not be read from line 4 on: the file ends within <testcase>",
            "[assay] report TEST-c.xml could not be read from line 1 on: the file ends within <failure>",
            "[assay] report TEST-d.xml could not be read from line 1 on: the file ends within <testcase>");
  }

  @Test
  void aReportInWhichNothingCanBeReadIsSaid() throws IOException {
    rig.write("target/surefire-reports/TEST-empty.xml", "");
    rig.write("TEST-binary.xml", "\0\1\2");
    rig.write("junit\u001b\n.xml", "nothing");
    ReportRig.Found found = rig.read("the last line");
    assertThat(found.counts()).isEqualTo(new TestCounts(0, 0, 0, 0, 0, true));
    assertThat(found.log())
        .containsExactly(
            "the last line",
            "[assay] report TEST-binary.xml could not be read from line 1 on: its format is not known",
            "[assay] report junit  .xml could not be read from line 1 on: its format is not known",
            "[assay] report target/surefire-reports/TEST-empty.xml could not be read from line 1 on: it is empty");
  }

  @Test
  void bytesThatAreNoneOfTheEncodingAreSaidAndCostNothing() throws IOException {
    rig.write(
        "TEST-latin.xml",
        "<?xml version='1.0' encoding='UTF-8'?><testsuite><testcase name='caf\u00e9'><failure/></testcase></testsuite>"
            .getBytes(StandardCharsets.ISO_8859_1));
    rig.write("TEST-own.xml", "<testsuite><testcase name='\ufffd'/></testsuite>");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(2, 1, 0, 0));
    assertThat(found.outcomes()).containsExactly("|caf\ufffd|failed", "|\ufffd|passed");
    assertThat(found.log())
        .containsExactly(
            "[assay] report TEST-latin.xml has bytes that are not UTF-8: U+FFFD stands for them");
  }

  @Test
  void countsThatWerePrintedAreAtLeastThoseWhereAReportCannotBeRead() throws IOException {
    rig.write("TEST-empty.xml", "");
    assertThat(rig.read("Ran 3 tests in 0.1s\n\nOK\n").counts())
        .isEqualTo(new TestCounts(3, 0, 0, 0, 0, true));
  }

  @Test
  void twentyReportsThatCannotBeReadAreNamedAndTheRestCounted() throws IOException {
    for (int i = 0; i < 30; i++) {
      rig.write("TEST-%02d.xml".formatted(i), "");
    }
    assertThat(rig.read().log())
        .hasSize(21)
        .last()
        .isEqualTo("[assay] 10 more reports could not be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version='1.0'?><testsuite><testcase name='a'><failure message='&#27;[31m'/></testcase></testsuite>",
        "<testsuite><testcase name='a'><failure><![CDATA[\u001b[31m]]></failure></testcase></testsuite>",
        "  \n<?xml version='1.0'?><testsuite><testcase name='a'><failure/></testcase></testsuite>",
        "<?xml version='1.0' encoding='UTF-16'?><testsuite><testcase name='a'><failure/></testcase></testsuite>",
        "<testsuite/><testsuite><testcase name='a'><failure/></testcase></testsuite>",
        "<!DOCTYPE testsuite SYSTEM 'http://localhost:1/x.dtd'><testsuite><testcase name='a'><failure/></testcase></testsuite>",
        "<testsuite><testcase name='a'><failure message='&nbsp; 1 < 2 && 2 > 1'/></testcase></testsuite>"
      })
  void whatAParserRefusesIsReadAndNothingReachesTheTerminal(String content) throws IOException {
    rig.write("junit.xml", content);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      ReportRig.Found found = rig.read();
      assertThat(found.counts()).isEqualTo(new TestCounts(1, 1, 0, 0));
      assertThat(found.log()).isEmpty();
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void noEntityIsEverFollowed() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "<testcase/>");
    rig.write(
        "TEST-evil.xml",
        "<!DOCTYPE t [<!ENTITY x SYSTEM '"
            + secret.toUri()
            + "'><!ENTITY y '<testcase name=\"y\"/>'>]><testsuite>&x;&y;</testsuite>");
    assertThat(rig.read().counts()).isEqualTo(new TestCounts(0, 0, 0, 0));
  }

  @Test
  @Tag("long")
  void whatATestPrintedCountsAgainstNoLimit() throws IOException {
    Path big = rig.path("TEST-a.xml");
    byte[] line =
        "DEBUG a line of some seventy characters as servers print all day\n"
            .repeat(16_000)
            .getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(big)) {
      out.write(
          "<testsuite name='A'><testcase name='t'/><system-out><![CDATA["
              .getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 100; i++) {
        out.write(line);
      }
      out.write(
          "]]></system-out><testcase name='u'><failure/></testcase></testsuite>"
              .getBytes(StandardCharsets.UTF_8));
    }
    rig.write(
        "TEST-b.xml", "<testsuite name='B'><testcase name='t'><failure/></testcase></testsuite>");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(3, 2, 0, 0));
    assertThat(found.log()).isEmpty();
  }

  @Test
  @Tag("long")
  void aReportWithTooManyCasesCostsNoOtherOne() throws IOException {
    String many =
        IntStream.range(0, 1_000_100)
            .mapToObj(i -> "<testcase name='" + i + "'/>")
            .collect(Collectors.joining("", "<testsuite>", "</testsuite>"));
    rig.write("TEST-a.xml", many);
    rig.write("TEST-b.xml", "<testsuite><testcase name='b'><failure/></testcase></testsuite>");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(1_000_000, 1, 0, 0, 0, true));
    assertThat(found.log())
        .containsExactly(
            "[assay] report TEST-a.xml could not be read from line 1 on: of a run 1,000,000 test cases are read");
  }

  @Test
  void longTextsOfAReportAreCut() throws IOException {
    String text = "x".repeat(3 << 20);
    rig.write(
        "TEST-a.xml",
        "<testsuite><testcase name='%s'><failure message='%s'>%s</failure><system-out><![CDATA[%s]]></system-out></testcase></testsuite>"
            .formatted(text, text, text, text));
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(1, 1, 0, 0));
    TestCase one = found.cases().get(0);
    assertThat(one.name()).hasSize(TestCase.MAX_NAME - 2).endsWith("…");
    assertThat(one.message()).hasSize(TestCase.MAX_MESSAGE - 2).endsWith("…");
    assertThat(one.stack()).hasSize(TestCase.MAX_STACK - 2).endsWith("…");
  }

  @Test
  void casesThatUnittestPrintedAreKnownWhereThereIsNoReport() throws IOException {
    String printed = "test_a (m.C) ... ok\ntest_b (m.C) ... ok\n\nRan 2 tests in 0.1s\n\nOK\n";
    assertThat(rig.read(printed).cases())
        .extracting(TestCase::name)
        .containsExactly("test_a", "test_b");
    rig.write("TEST-a.xml", "<testsuite><testcase name='a'/></testsuite>");
    assertThat(rig.read(printed).cases()).extracting(TestCase::name).containsExactly("a");
  }

  @Test
  void theUsualReportsOfKnownToolsAreFound() throws IOException {
    List<String> names =
        List.of(
            "junit.xml",
            "report.xml",
            "rspec.xml",
            "nosetests.xml",
            "test_detail.xml",
            "bazel-testlogs/a/test.xml",
            "test_results.xml",
            "results.xml",
            "out/junit/a.xml",
            "reports/TEST-x.XML",
            "build/reports/tests/x.xml",
            "ctest.xml");
    for (String name : names) {
      rig.write(name, "<testsuite name='%s'><testcase name='t'/></testsuite>".formatted(name));
    }
    assertThat(rig.read().cases())
        .extracting(TestCase::group)
        .containsExactlyInAnyOrderElementsOf(names);
  }
}
