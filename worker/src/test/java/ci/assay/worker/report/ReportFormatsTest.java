package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reports other than JUnit XML of the table in docs/pipeline.md, each as its tool writes it.
 */
class ReportFormatsTest {

  @TempDir Path folder;
  private ReportRig rig;

  @BeforeEach
  void makeFolder() throws IOException {
    rig = new ReportRig(folder);
  }

  @Test
  void trx() throws IOException {
    rig.write(
        "TestResults/host 2026-03-01.trx",
        """
        <?xml version="1.0" encoding="utf-8"?>
        <TestRun id="7a" name="@host" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
          <Times creation="2026-03-01T10:00:00" start="2026-03-01T10:00:00" finish="2026-03-01T10:00:01" />
          <Results>
            <UnitTestResult executionId="1" testId="a" testName="Adds" duration="00:00:01.0210000" outcome="Passed" />
            <UnitTestResult executionId="2" testId="b" testName="Shop.CartTests.Pays(amount: 1.5)" duration="00:00:00.0020000" outcome="Failed">
              <Output>
                <StdOut>printed</StdOut>
                <ErrorInfo>
                  <Message>Assert.Equal() Failure</Message>
                  <StackTrace>   at Shop.CartTests.Pays(Double amount)</StackTrace>
                </ErrorInfo>
              </Output>
            </UnitTestResult>
            <UnitTestResult executionId="3" testId="c" testName="Left" outcome="NotExecuted" />
            <UnitTestResult executionId="4" testId="d" testName="Rows" outcome="Failed">
              <InnerResults>
                <UnitTestResult testId="d" testName="Rows (1)" outcome="Passed" />
                <UnitTestResult testId="d" testName="Rows (2)" outcome="Timeout" />
              </InnerResults>
            </UnitTestResult>
          </Results>
          <TestDefinitions>
            <UnitTest name="Adds" id="a"><TestMethod className="Shop.CartTests, Shop, Version=1.0" name="Adds" /></UnitTest>
            <UnitTest name="Shop.CartTests.Pays" id="b"><TestMethod className="Shop.CartTests" name="Pays" /></UnitTest>
            <UnitTest name="Rows" id="d"><TestMethod className="Shop.RowTests" name="Rows" /></UnitTest>
          </TestDefinitions>
          <ResultSummary outcome="Failed"><Counters total="5" /></ResultSummary>
        </TestRun>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(5, 1, 1, 1));
    assertThat(found.outcomes())
        .containsExactly(
            "Shop.CartTests|Adds|passed",
            "Shop.CartTests|Pays(amount: 1.5)|failed",
            "|Left|skipped",
            "Shop.RowTests|Rows (1)|passed",
            "Shop.RowTests|Rows (2)|errored");
    assertThat(found.named("Adds").millis()).isEqualTo(1_021);
    assertThat(found.named("Pays(amount: 1.5)"))
        .extracting(TestCase::message, TestCase::stack)
        .containsExactly("Assert.Equal() Failure", "   at Shop.CartTests.Pays(Double amount)");
  }

  @Test
  void nunit3() throws IOException {
    rig.write(
        "TestResult.xml",
        """
        <?xml version="1.0" encoding="utf-8"?>
        <test-run id="0" testcasecount="4" result="Failed" total="4" start-time="2026-03-01 10:00:00Z">
          <test-suite type="TestFixture" name="CartTests" fullname="Shop.CartTests" classname="Shop.CartTests" result="Failed">
            <test-case id="1" name="Adds" fullname="Shop.CartTests.Adds" methodname="Adds" classname="Shop.CartTests" result="Passed" duration="0.012" />
            <test-case id="2" name="Pays(1)" fullname="Shop.CartTests.Pays(1)" classname="Shop.CartTests" result="Failed" duration="0.002">
              <failure><message><![CDATA[  Expected: 2
          But was:  1
        ]]></message><stack-trace><![CDATA[   at Shop.CartTests.Pays(Int32 x)]]></stack-trace></failure>
            </test-case>
            <test-case id="3" name="Breaks" fullname="Shop.CartTests.Breaks" classname="Shop.CartTests" result="Failed" label="Error"><failure><message>boom</message></failure></test-case>
            <test-case id="4" name="Left" fullname="Shop.CartTests.Left" classname="Shop.CartTests" result="Skipped" label="Ignored"><reason><message>no key</message></reason></test-case>
          </test-suite>
        </test-run>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(4, 1, 1, 1));
    assertThat(found.named("Pays(1)").message()).isEqualTo("Expected: 2\n  But was:  1");
    assertThat(found.named("Left").message()).isEqualTo("no key");
  }

  @Test
  void nunit2() throws IOException {
    rig.write(
        "TestResult.xml",
        """
        <test-results name="shop.dll" total="2" errors="0" failures="1" not-run="1" date="2026-03-01" time="10:00:00">
          <test-suite type="Assembly" name="shop.dll"><results>
            <test-case name="Shop.CartTests.Adds" executed="True" result="Success" success="True" time="0.012" asserts="1" />
            <test-case name="Shop.CartTests.Pays" executed="True" result="Failure" success="False" time="0.002"><failure><message>no</message></failure></test-case>
            <test-case name="Shop.CartTests.Left" executed="False" result="Ignored" />
          </results></test-suite>
        </test-results>
        """);
    assertThat(rig.read().outcomes())
        .containsExactly(
            "Shop.CartTests|Adds|passed",
            "Shop.CartTests|Pays|failed",
            "Shop.CartTests|Left|skipped");
  }

  @Test
  void xunitNet() throws IOException {
    rig.write(
        "xunit.xml",
        """
        <assemblies timestamp="03/01/2026 10:00:00">
          <assembly name="/app/shop.dll" run-date="2026-03-01" run-time="10:00:00" total="3" passed="1" failed="1" skipped="1" test-framework="xUnit.net 2.9">
            <errors />
            <collection total="3" name="Test collection for Shop.CartTests">
              <test name="Shop.CartTests.Adds" type="Shop.CartTests" method="Adds" time="0.0123" result="Pass"><traits /></test>
              <test name="Shop.CartTests.Pays(x: 1)" type="Shop.CartTests" method="Pays" time="0.002" result="Fail">
                <failure exception-type="Xunit.Sdk.EqualException"><message><![CDATA[Assert.Equal() Failure]]></message><stack-trace><![CDATA[   at Shop]]></stack-trace></failure>
              </test>
              <test name="Shop.CartTests.Left" type="Shop.CartTests" method="Left" time="0" result="Skip"><reason><![CDATA[no key]]></reason></test>
            </collection>
          </assembly>
        </assemblies>
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.outcomes())
        .containsExactly(
            "Shop.CartTests|Adds|passed",
            "Shop.CartTests|Pays(x: 1)|failed",
            "Shop.CartTests|Left|skipped");
    assertThat(found.named("Pays(x: 1)").message()).isEqualTo("Assert.Equal() Failure");
  }

  @Test
  void mavensAssembliesAreNoReports() throws IOException {
    rig.write("src/test/assembly-test.xml", "<assembly><id>bin</id><test/></assembly>");
    assertThat(rig.read().counts()).isNull();
  }

  private static final String TAP_14 =
      """
      TAP version 14
      1..5
      # Subtest: cart
          1..1
          not ok 1 - inner
      ok 1 - adds \\# one
      not ok 2 - pays
        ---
        message: "expected 2"
        severity: fail
        at: cart.t:9
        ...
      ok 3 - left # SKIP no key
      not ok 4 - later # TODO not yet
      ok 5
      """;

  @Test
  void tap14() throws IOException {
    ReportRig.Found found = rig.write("results.tap", TAP_14).read();
    assertThat(found.counts()).isEqualTo(new TestCounts(5, 1, 0, 2));
    assertThat(found.log()).isEmpty();
    assertThat(found.outcomes())
        .containsExactly(
            "|adds # one|passed",
            "|pays|failed",
            "|left|skipped",
            "|later|skipped",
            "|test 5|passed");
    assertThat(found.named("pays").message()).isEqualTo("expected 2");
    assertThat(found.named("left").message()).isEqualTo("no key");
  }

  @Test
  void tap13ThatIsPrintedAsBatsPrintsIt() throws IOException {
    ReportRig.Found found =
        rig.read(
            "make test\n1..3\nok 1 adds\nnot ok 2 pays\n# (in test file cart.bats, line 6)\n#   `false' failed\nok 3 left # skip no key\n");
    assertThat(found.counts()).isEqualTo(new TestCounts(3, 1, 0, 1));
    assertThat(found.named("pays").stack())
        .isEqualTo("(in test file cart.bats, line 6)\n  `false' failed");
  }

  @Test
  void testsThatWerePlannedAndAreNotThereAreSaid() throws IOException {
    ReportRig.Found found =
        rig.write("out.tap", "TAP version 13\n1..4\nok 1\nBail out! no disk\n").read();
    assertThat(found.counts()).isEqualTo(new TestCounts(2, 0, 1, 0, 0, true));
    assertThat(found.log())
        .containsExactly(
            "[assay] report out.tap could not be read from line 5 on: 3 of the 4 tests that were planned are not there");
    assertThat(rig.read("not a plan\nok then\nnot ok at all\n").log()).hasSize(4);
  }

  private static final String GO_EVENTS =
      """
      {"Time":"2026-03-01T10:00:00Z","Action":"start","Package":"example.org/shop"}
      {"Time":"2026-03-01T10:00:00Z","Action":"run","Package":"example.org/shop","Test":"TestAdds"}
      {"Time":"2026-03-01T10:00:00Z","Action":"output","Package":"example.org/shop","Test":"TestAdds","Output":"--- PASS: TestAdds (0.00s)\\n"}
      {"Time":"2026-03-01T10:00:00Z","Action":"pass","Package":"example.org/shop","Test":"TestAdds","Elapsed":0.01}
      {"Time":"2026-03-01T10:00:00Z","Action":"run","Package":"example.org/shop","Test":"TestPays"}
      {"Time":"2026-03-01T10:00:00Z","Action":"output","Package":"example.org/shop","Test":"TestPays","Output":"    cart_test.go:9: no\\n"}
      not an event
      {"Time":"2026-03-01T10:00:00Z","Action":"output","Package":"example.org/shop","Test":"TestPays","Output":"--- FAIL: TestPays (0.00s)\\n"}
      {"Time":"2026-03-01T10:00:00Z","Action":"fail","Package":"example.org/shop","Test":"TestPays","Elapsed":0}
      {"Time":"2026-03-01T10:00:00Z","Action":"fail","Package":"example.org/shop","Elapsed":0.012}
      """;

  @Test
  void goTestJson() throws IOException {
    ReportRig.Found found = rig.write("test-output.json", GO_EVENTS).read();
    assertThat(found.counts()).isEqualTo(new TestCounts(2, 1, 0, 0));
    assertThat(found.cases().get(1))
        .isEqualTo(
            new TestCase(
                "example.org/shop",
                "TestPays",
                CaseOutcome.FAILED,
                0L,
                "cart_test.go:9: no",
                "cart_test.go:9: no"));
    assertThat(found.log()).isEmpty();
  }

  @Test
  void goTestJsonOfAPackageThatCouldNotBeBuilt() throws IOException {
    rig.write(
        "test.json",
        """
        {"Action":"start","Package":"example.org/shop"}
        {"Action":"output","Package":"example.org/shop","Output":"FAIL\\texample.org/shop [build failed]\\n"}
        {"Action":"fail","Package":"example.org/shop","Elapsed":0}
        """);
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(0, 0, 1, 0));
    assertThat(found.cases().get(0).message()).contains("[build failed]");
  }

  @Test
  void goTestJsonThatIsPrintedOrBreaksOff() throws IOException {
    assertThat(rig.read(GO_EVENTS).counts()).isEqualTo(new TestCounts(2, 1, 0, 0));
    String cut = GO_EVENTS.substring(0, GO_EVENTS.indexOf("    cart_test.go"));
    assertThat(rig.write("test.json", cut).read().counts())
        .isEqualTo(new TestCounts(1, 0, 0, 0, 0, true));
  }

  private static final String CTRF =
      """
      {"reportFormat": "CTRF", "specVersion": "0.0.0", "results": {
        "tool": {"name": "playwright"},
        "summary": {"tests": 4, "passed": 2, "failed": 1, "pending": 0, "skipped": 1, "other": 0, "start": 1, "stop": 2},
        "tests": [
          {"name": "adds", "status": "passed", "duration": 12, "suite": ["cart", "sums"], "tags": [{"x": [1]}]},
          {"name": "pays", "status": "failed", "duration": 3.4, "suite": "cart > money", "message": "no", "trace": "at cart.ts:9"},
          {"name": "blinks", "status": "passed", "duration": 1, "flaky": true, "retries": 1, "message": "once"},
          {"name": "left", "status": "skipped", "duration": 0}
        ],
        "environment": {"appName": "shop"}}}
      """;

  @Test
  void ctrf() throws IOException {
    ReportRig.Found found = rig.write("ctrf/ctrf-report.json", CTRF).read();
    assertThat(found.counts()).isEqualTo(new TestCounts(4, 1, 0, 1, 1, false));
    assertThat(found.log()).isEmpty();
    assertThat(found.cases())
        .startsWith(
            new TestCase("cart > sums", "adds", CaseOutcome.PASSED, 12L, null, null),
            new TestCase("cart > money", "pays", CaseOutcome.FAILED, 3L, "no", "at cart.ts:9"),
            new TestCase("", "blinks", CaseOutcome.PASSED, 1L, "once", null, true));
  }

  @Test
  void ctrfThatBreaksOff() throws IOException {
    rig.write("ctrf-report.json", CTRF.substring(0, CTRF.indexOf("{\"name\": \"blinks\"") + 20));
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isEqualTo(new TestCounts(2, 1, 0, 0, 0, true));
    assertThat(found.log())
        .containsExactly(
            "[assay] report ctrf-report.json could not be read from line 7 on: the JSON breaks off");
  }

  @Test
  void otherJsonIsPassedOver() throws IOException {
    rig.write("test-results/last-run.json", "{\"status\": \"failed\", \"failedTests\": []}")
        .write("report.json", "[]")
        .write("results.json", "");
    ReportRig.Found found = rig.read();
    assertThat(found.counts()).isNull();
    assertThat(found.log()).isEmpty();
  }
}
