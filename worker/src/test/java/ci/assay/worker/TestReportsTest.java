package ci.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.TestCounts;
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

  private @Nullable TestCounts count(String printed) throws IOException {
    Path file = Files.createTempDirectory(folder, "log").resolve("run.log");
    try (RunLog log = new RunLog(file, 1 << 20)) {
      log.capture(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)));
      log.finish();
      return TestReports.count(new AllFiles(folder), log);
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
