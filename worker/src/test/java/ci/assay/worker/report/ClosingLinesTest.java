package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.TestCounts;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ClosingLinesTest {

  @Test
  void readsUnittest() {
    assertThat(ClosingLines.count("...\nRan 12 tests in 0.012s\n\nOK\n"))
        .isEqualTo(new TestCounts(12, 0, 0, 0));
    assertThat(ClosingLines.count("Ran 1 test in 0.1s\n\nOK (skipped=1)"))
        .isEqualTo(new TestCounts(1, 0, 0, 1));
    assertThat(
            ClosingLines.count(
                "Ran 12 tests in 1.2s\n\nFAILED (failures=1, errors=2, skipped=3, expected failures=4, unexpected successes=1)\n"))
        .isEqualTo(new TestCounts(12, 2, 2, 3));
    assertThat(ClosingLines.count("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n"))
        .isEqualTo(new TestCounts(0, 0, 0, 0));
  }

  @Test
  void readsPytest() {
    assertThat(ClosingLines.count("==== 2 failed, 10 passed, 1 skipped, 1 error in 0.12s ====\n"))
        .isEqualTo(new TestCounts(14, 2, 1, 1));
    assertThat(ClosingLines.count("3 passed, 4 warnings in 61.50s (0:01:01)\n"))
        .isEqualTo(new TestCounts(3, 0, 0, 0));
    assertThat(
            ClosingLines.count("\u001b[32m== \u001b[32m\u001b[1m3 passed\u001b[0m in 0.1s ==\r\n"))
        .isEqualTo(new TestCounts(3, 0, 0, 0));
    assertThat(ClosingLines.count("===== no tests ran in 0.01s =====\n")).isNull();
  }

  @Test
  void theLastOnesCount() {
    String both = "Ran 2 tests in 0.1s\n\nOK\n== 3 passed in 0.1s ==\n";
    assertThat(ClosingLines.count(both)).isEqualTo(new TestCounts(3, 0, 0, 0));
    assertThat(ClosingLines.count(both + "Ran 5 tests in 0.1s\n\nOK\n"))
        .isEqualTo(new TestCounts(5, 0, 0, 0));
  }

  @Test
  void otherOutputTellsNothing() {
    assertThat(ClosingLines.count("")).isNull();
    assertThat(ClosingLines.count("Ran 3 tests in 0.1s\nand then crashed\n")).isNull();
    assertThat(ClosingLines.count("2 files copied in 3s\n")).isNull();
  }

  @Property(tries = 300)
  void anyTextIsReadWithoutTrouble(@ForAll String text) {
    ClosingLines.count(text);
    ClosingLines.count("Ran 1 test in " + text + "\nOK (" + text + ")");
  }
}
