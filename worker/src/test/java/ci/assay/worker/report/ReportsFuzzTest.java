package ci.assay.worker.report;

import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a run writes into its reports or prints, reading it never fails. */
class ReportsFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().longest(256 * 1024);

  @TempDir static Path folder;

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
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
            "<!ENTITY "),
        Seeds.of(
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
            "<!DOCTYPE t [<!ENTITY x 'y'>]><testsuite><testcase name='&x;'/></testsuite>",
            "<testsuite>" + "<a>".repeat(20_000),
            "<testsuite><testcase name='" + "&lt;".repeat(20_000),
            "<!DOCTYPE " + "[".repeat(20_000),
            "{\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"T\",\"Elapsed\":0.1}\n",
            "{\"results\":{\"tool\":{\"name\":\"x\"},\"tests\":[{\"name\":\"a\",\"status\":\"failed\"}]}}",
            "{\"results\":{\"tests\":" + "[".repeat(20_000),
            "TAP version 14\n1..2\nok 1 - a\nnot ok 2 - b # TODO c\n  ---\n  message: no\n  ...\n",
            "<TestRun><Results><UnitTestResult testName='a' outcome='Failed'/></Results></TestRun>",
            "<test-run><test-case fullname='a' result='Failed'/></test-run>"));
  }

  @MethodSource("real")
  @FuzzTest
  void report(byte[] input) throws Exception {
    Path report = folder.resolve("TEST-a.xml");
    Files.write(report, input);
    BOUNDS.hold(input, () -> Counting.count(folder, new byte[0], List.of(report)));
  }
}
