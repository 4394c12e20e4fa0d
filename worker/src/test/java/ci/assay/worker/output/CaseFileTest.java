package ci.assay.worker.output;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.FileSummary;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseFileTest {

  private static final int LINE = Codec.encodeLine(one(0, CaseOutcome.PASSED)).length;

  @TempDir Path folder;

  @Test
  void casesStandInTheOrderInWhichTheyCame() throws IOException {
    CaseFile file = file(100 * LINE);
    file.add(one(1, CaseOutcome.PASSED));
    file.add(one(2, CaseOutcome.FAILED));
    file.add(one(3, CaseOutcome.SKIPPED));
    assertThat(file.finish()).isEqualTo(new FileSummary(Files.size(file.file()), false, null));
    assertThat(names(file)).containsExactly("1", "2", "3");
  }

  @Test
  void withoutACaseThereIsNoFile() throws IOException {
    CaseFile file = file(100);
    assertThat(file.finish()).isNull();
    assertThat(file.file()).doesNotExist();
  }

  @Test
  void badOnesAreKeptRatherThanGoodOnes() throws IOException {
    CaseFile file = file(4 * LINE + 2);
    IntStream.range(0, 6).forEach(i -> file.add(one(i, CaseOutcome.PASSED)));
    file.add(one(6, CaseOutcome.FAILED));
    file.add(one(7, CaseOutcome.FAILED));
    file.add(one(8, CaseOutcome.PASSED));
    assertThat(file.finish()).isEqualTo(new FileSummary(4L * LINE, true, null));
    assertThat(file.file()).hasSize(4L * LINE);
    assertThat(names(file)).containsExactly("0", "1", "6", "7");
  }

  @Test
  void itIsNeverLongerThanItMayBeWhateverComes() throws IOException {
    CaseFile file = file(3 * LINE);
    IntStream.range(0, 9).forEach(i -> file.add(one(i, CaseOutcome.FAILED)));
    assertThat(file.finish()).isEqualTo(new FileSummary(3L * LINE, true, null));
    assertThat(names(file)).containsExactly("0", "1", "2");
  }

  @Test
  void whatIsTakenBackIsNotThere() throws IOException {
    CaseFile file = file(100 * LINE);
    file.add(one(0, CaseOutcome.PASSED));
    int before = file.count();
    file.add(one(1, CaseOutcome.PASSED));
    file.add(one(2, CaseOutcome.FAILED));
    file.forgetSince(before);
    file.add(one(3, CaseOutcome.PASSED));
    file.finish();
    assertThat(names(file)).containsExactly("0", "3");
  }

  private CaseFile file(int most) {
    return new CaseFile(folder.resolve("run.tests"), most);
  }

  /** A test case; the lines of all of them have the same length. */
  private static TestCase one(int number, CaseOutcome outcome) {
    return new TestCase(
        outcome.word().length() == 6 ? "a" : "", "" + number, outcome, null, null, null);
  }

  private static List<String> names(CaseFile file) throws IOException {
    return Files.readAllLines(file.file()).stream()
        .map(line -> Codec.decodeTestCase(line).name())
        .toList();
  }
}
