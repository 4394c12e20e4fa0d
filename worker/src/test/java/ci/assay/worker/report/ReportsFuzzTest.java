package ci.assay.worker.report;

import ci.assay.testing.fuzz.Fuzz;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a run writes into its reports or prints, reading it never fails. */
@Timeout(300)
class ReportsFuzzTest {

  @TempDir Path folder;

  @Test
  void reports() throws Exception {
    Path report = folder.resolve("TEST-a.xml");
    Fuzz.of("reports")
        .longest(256 * 1024)
        .inputsOfShortForm(200)
        .inputs(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="suite" tests="3" time="1.2">
              <properties><property name="x" value="y"/></properties>
              <testcase classname="a.B" name="good" time="0.0124"/>
              <testcase classname="a.B" name="bad" time="1,002.5">
                <failure message="1 is not 2" type="a.Wrong">at a.B.bad(B.java:3)<![CDATA[ &]]></failure>
                <rerunFailure message="again"/><system-out>out</system-out>
              </testcase>
              <testcase classname="a.B" name="left"><skipped message="not on Monday"/></testcase>
            </testsuite>
            """,
            "<testsuites><testsuite name='a'><error message='cannot load'>why</error></testsuite>"
                + "</testsuites>",
            "<?xml version='1.0' encoding='UTF-16'?><testsuite/>",
            "<!DOCTYPE t [<!ENTITY x 'y'>]><testsuite><testcase name='&x;'/></testsuite>")
        .words(
            "<testcase ",
            "<failure ",
            "</testsuite>",
            "<![CDATA[",
            "]]>",
            "&#0;",
            "&#x10FFFF;",
            "&lt;",
            "encoding='",
            "xmlns:a='b'",
            "<a:",
            "<?",
            "<!--",
            "<!ENTITY ")
        .run(
            input -> {
              Files.write(report, input);
              count(new byte[0], List.of(report));
            });
  }

  @Test
  void printed() throws Exception {
    Fuzz.of("printed")
        .longest(256 * 1024)
        .inputsOfShortForm(200)
        .inputs(
            """
            test_a (m.C.test_a) ... ok
            test_b (m.C.test_b)
            What it does ... FAIL

            ======================================================================
            FAIL: test_b (m.C.test_b)
            ----------------------------------------------------------------------
            Traceback (most recent call last):
            AssertionError: 1 != 2

            ----------------------------------------------------------------------
            Ran 2 tests in 0.001s

            FAILED (failures=1, skipped=3, expected failures=2)
            """,
            "===== 3 failed, 12 passed, 1 skipped, 2 xfailed, 1 error in 12.34s (0:00:12) =====\n",
            "\u001b[32m1 passed\u001b[0m in 0.1s\n",
            "ok 1 - first\nnot ok 2 - second # TODO\n1..2\n",
            "--- FAIL: TestA (0.00s)\n=== RUN TestB\nFAIL\tpkg\t0.1s\n",
            "Tests run: 12, Failures: 1, Errors: 2, Skipped: 3, Time elapsed: 1.2 s\n")
        .words("1 passed, ", " ... ", "skipped 'x'", "=".repeat(70), "Ran 1 test in 1s\n\n", "OK\n")
        .run(input -> count(input, List.of()));
  }

  private void count(byte[] printed, List<Path> written) throws Exception {
    Path run = folder.resolve("run.log");
    Files.deleteIfExists(run);
    Path found = folder.resolve("run.tests");
    Files.deleteIfExists(found);
    CaseFile cases = new CaseFile(found, 1 << 20);
    try (RunLog log = new RunLog(run, 1 << 20)) {
      log.capture(new ByteArrayInputStream(printed));
      log.finish();
      TestReports.count((wanted, limit) -> written, folder, log, cases);
      cases.finish();
    }
  }
}
