package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnittestCasesTest {

  private static final String RULE = "-".repeat(70) + "\n";
  private static final String DOUBLE_RULE = "=".repeat(70) + "\n";
  private static final String TRACEBACK =
      """
      Traceback (most recent call last):
        File "/tree/pkg/test_mod.py", line 9, in test_b
          self.assertEqual(1, 2)
          ~~~~~~~~~~~~~~~~^^^^^^
      AssertionError: 1 != 2
      """;

  @ParameterizedTest
  @ValueSource(strings = {"pkg.test_mod.Case", "pkg.test_mod.Case.%s"})
  void whatIsPrintedVerboselyIsEveryCase(String form) {
    String text =
        line("test_a", form, "ok")
            + line("test_b", form, "FAIL")
            + line("test_c", form, "ERROR")
            + line("test_d", form, "skipped 'no \\'net\\' here'")
            + line("test_e", form, "expected failure")
            + line("test_f", form, "unexpected success")
            + "\n"
            + DOUBLE_RULE
            + "FAIL: test_b ("
            + form.formatted("test_b")
            + ")\n"
            + RULE
            + TRACEBACK
            + "\n"
            + RULE
            + "Ran 6 tests in 0.1s\n\nFAILED (failures=1)\n";
    String group = "pkg.test_mod.Case";
    assertThat(found(text))
        .containsExactly(
            new TestCase(group, "test_a", CaseOutcome.PASSED, null, null, null),
            new TestCase(
                group,
                "test_b",
                CaseOutcome.FAILED,
                null,
                "AssertionError: 1 != 2",
                TRACEBACK.strip()),
            new TestCase(group, "test_c", CaseOutcome.ERRORED, null, null, null),
            new TestCase(group, "test_d", CaseOutcome.SKIPPED, null, "no \\'net\\' here", null),
            new TestCase(group, "test_e", CaseOutcome.PASSED, null, null, null),
            new TestCase(group, "test_f", CaseOutcome.FAILED, null, "unexpected success", null));
  }

  @Test
  void whatIsPrintedOtherwiseIsWhatWentWrong() {
    String text =
        "..FE\n"
            + DOUBLE_RULE
            + "ERROR: test_mod (unittest.loader._FailedTest.test_mod)\n"
            + RULE
            + "ImportError: Failed to import test module: test_mod\n"
            + "Traceback (most recent call last):\n"
            + "  File \"/usr/lib/python3/unittest/loader.py\", line 1, in x\n"
            + "    __import__(name)\n"
            + "ModuleNotFoundError: No module named 'x'\n\n\n"
            + DOUBLE_RULE
            + "FAIL: test_b (m.C.test_b) (i=1)\n"
            + "What it is about\n"
            + RULE
            + TRACEBACK
            + "- a\n+ b\n\n"
            + RULE
            + "Ran 4 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n";
    List<TestCase> found = found(text);
    assertThat(found).extracting(TestCase::name).containsExactly("test_mod", "test_b (i=1)");
    assertThat(found)
        .extracting(TestCase::message)
        .containsExactly("ModuleNotFoundError: No module named 'x'", "AssertionError: 1 != 2");
    assertThat(found.get(1).stack()).endsWith("- a\n+ b");
  }

  @Test
  void docStringsAndWhatTestsPrintMayStandBetween() {
    String text =
        """
        test_a (m.C.test_a)
        Keeps ... the time ... ok
        test_b (m.C.test_b) ... some words
        and more ok
        test_c (m.C.test_c) ... look
        FAIL
          test_d (m.C.test_d) (i=2) ... FAIL
        a line of nobody's ... ok
        Ran 4 tests in 0.1s

        FAILED (failures=2)
        """;
    assertThat(found(text))
        .extracting(each -> each.name() + " " + each.outcome().word())
        .containsExactly("test_a passed", "test_b passed", "test_c failed", "test_d (i=2) failed");
  }

  @Test
  void theCasesOfEachTimeThatItRanToItsEndAreKept() {
    String first = line("test_a", "m.C", "ok") + "Ran 1 test in 0.1s\n\nOK\n";
    String second = line("test_b", "m.C", "ok") + "Ran 1 test in 0.1s\n\nOK\n";
    assertThat(found(first + second))
        .extracting(TestCase::name)
        .containsExactly("test_a", "test_b");
    assertThat(found(first + line("test_b", "m.C", "ok") + "and then crashed\n"))
        .extracting(TestCase::name)
        .containsExactly("test_a");
  }

  @Test
  void linesThatAreMadeToTakeLongDoNot() {
    String line = "t (a) [" + "] (".repeat(20_000) + " ... " + "skipped '".repeat(2_000);
    found((line + "\n").repeat(200));
  }

  @Property(tries = 300)
  void anyTextIsReadWithoutTrouble(@ForAll String text) {
    found(text);
    found("FAIL: a (b)\n" + RULE + text + "\n" + RULE + "Ran 1 test in 1s\n");
    found("a (b)" + text + " ... " + text + "\n" + text + "ok\nRan 1 test in 1s\n");
  }

  private static String line(String name, String form, String outcome) {
    return "%s (%s) ... %s\n".formatted(name, form.formatted(name), outcome);
  }

  private static List<TestCase> found(String text) {
    UnittestCases cases = new UnittestCases();
    text.lines().forEach(cases::line);
    List<TestCase> found = new ArrayList<>();
    cases.forEach(found::add);
    return found;
  }
}
