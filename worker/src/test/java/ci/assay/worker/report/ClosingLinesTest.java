package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The closing lines of the table in docs/pipeline.md, each as its tool prints it. */
class ClosingLinesTest {

  @Test
  void unittest() {
    assertThat(count("...\nRan 12 tests in 0.012s\n\nOK\n")).isEqualTo(new TestCounts(12, 0, 0, 0));
    assertThat(count("Ran 1 test in 0.1s\n\nOK (skipped=1)")).isEqualTo(new TestCounts(1, 0, 0, 1));
    assertThat(
            count(
                "Ran 12 tests in 1.2s\n\nFAILED (failures=1, errors=2, skipped=3, expected failures=4, unexpected successes=1)\n"))
        .isEqualTo(new TestCounts(12, 2, 2, 3));
    assertThat(count("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n"))
        .isEqualTo(new TestCounts(0, 0, 0, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "==== 2 failed, 10 passed, 1 skipped, 1 error in 0.12s ==== | 14 | 2 | 1 | 1",
        "3 passed, 4 warnings in 61.50s (0:01:01)                   | 3  | 0 | 0 | 0",
        "=== 3 failed, 1 passed, 5 subtests passed in 0.03s ===     | 4  | 3 | 0 | 0",
        "=== 1 failed, 1 passed, 2 subtests failed in 0.03s ===     | 4  | 3 | 0 | 0",
        "1 failed, 2 rerun, 3 some new word, 4 xfailed in 1.00s     | 5  | 1 | 0 | 4",
        "== 1 passed, 1 deselected, 1 xpassed, 2 errors in 0.1s ==  | 4  | 0 | 2 | 0"
      })
  void pytest(String line, int total, int failed, int errors, int skipped) {
    assertThat(count(line)).isEqualTo(new TestCounts(total, failed, errors, skipped));
  }

  @Test
  void coloursDoNotMatter() {
    assertThat(count("\u001b[32m== \u001b[32m\u001b[1m3 passed\u001b[0m in 0.1s ==\r\n"))
        .isEqualTo(new TestCounts(3, 0, 0, 0));
  }

  @Test
  void cargo() {
    String printed =
        """
             Running unittests src/lib.rs (target/debug/deps/shop-0123456789abcdef)

        running 3 tests
        test cart::adds ... ok
        test cart::left ... ignored, no key
        test cart::pays ... FAILED

        failures:

        ---- cart::pays stdout ----

        thread 'cart::pays' panicked at src/lib.rs:9:9:
        assertion `left == right` failed

        failures:
            cart::pays

        test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

             Running tests/whole.rs (target/debug/deps/whole-0123456789abcdef)

        running 1 test
        test adds ... ok

        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

           Doc-tests shop

        running 1 test
        test src/lib.rs - adds (line 3) ... ok

        test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s
        """;
    assertThat(count(printed)).isEqualTo(new TestCounts(5, 1, 0, 1));
    List<TestCase> cases = cases(printed);
    assertThat(cases)
        .extracting(each -> each.group() + "|" + each.name() + "|" + each.outcome().word())
        .containsExactly(
            "src/lib.rs|cart::adds|passed",
            "src/lib.rs|cart::left|skipped",
            "src/lib.rs|cart::pays|failed",
            "tests/whole.rs|adds|passed",
            "shop (doc-tests)|src/lib.rs - adds (line 3)|passed");
    assertThat(cases.get(2).message()).isEqualTo("thread 'cart::pays' panicked at src/lib.rs:9:9:");
  }

  @Test
  void goNamesOnlyWhatFailedUnlessItIsVerbose() {
    String failing =
        "--- FAIL: TestPays (0.01s)\n    --- FAIL: TestPays/card (0.00s)\n        cart_test.go:9: got 1, want 2\nFAIL\n";
    String quiet =
        "ok  \texample.org/shop\t0.003s\n"
            + failing
            + "FAIL\texample.org/shop/cart\t0.004s\nFAIL\n";
    assertThat(count(quiet)).isEqualTo(new TestCounts(2, 2, 0, 0, 0, true));
    assertThat(cases(quiet).get(1))
        .extracting(TestCase::group, TestCase::name, TestCase::message)
        .containsExactly("example.org/shop/cart", "TestPays/card", "cart_test.go:9: got 1, want 2");
    String verbose =
        "=== RUN   TestAdds\n--- PASS: TestAdds (0.00s)\n=== RUN   TestLeft\n    cart_test.go:3: no key\n--- SKIP: TestLeft (0.00s)\nPASS\nok  \texample.org/shop\t0.003s\n=== RUN   TestPays\n"
            + failing
            + "FAIL\texample.org/shop/cart\t0.004s\n";
    assertThat(count(verbose)).isEqualTo(new TestCounts(4, 2, 0, 1));
    assertThat(count("ok  \texample.org/shop\t(cached)\n?   \texample.org/x\t[no test files]\n"))
        .isNull();
    assertThat(count("FAIL\texample.org/shop [build failed]\nFAIL\n"))
        .isEqualTo(new TestCounts(0, 0, 1, 0, 0, true));
  }

  @Test
  void jest() {
    assertThat(
            count(
                "Test Suites: 1 failed, 1 total\nTests:       1 failed, 2 skipped, 1 todo, 3 passed, 7 total\nSnapshots:   0 total\nTime:        1.2 s\n"))
        .isEqualTo(new TestCounts(7, 1, 0, 3));
    assertThat(count("Tests:       5 passed, 5 total\n")).isEqualTo(new TestCounts(5, 0, 0, 0));
  }

  @Test
  void vitest() {
    assertThat(
            count(
                " Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 3 passed | 1 skipped | 1 todo (6)\n   Start at  10:00:00\n"))
        .isEqualTo(new TestCounts(6, 1, 0, 2));
  }

  @Test
  void mocha() {
    assertThat(count("\n\n  3 passing (12ms)\n  1 pending\n  2 failing\n\n  1) cart\n"))
        .isEqualTo(new TestCounts(6, 2, 0, 1));
    assertThat(count("3 failing\n3 passing\n")).isNull();
  }

  @Test
  void rspec() {
    assertThat(count("Finished in 0.1 seconds\n12 examples, 2 failures, 1 pending\n"))
        .isEqualTo(new TestCounts(12, 2, 0, 1));
    assertThat(count("1 example, 0 failures, 2 errors occurred outside of examples\n"))
        .isEqualTo(new TestCounts(1, 0, 2, 0));
  }

  @Test
  void minitestAndTestUnit() {
    assertThat(count("8 runs, 9 assertions, 1 failures, 2 errors, 3 skips\n"))
        .isEqualTo(new TestCounts(8, 1, 2, 3));
    assertThat(
            count(
                "4 tests, 5 assertions, 1 failures, 0 errors, 0 pendings, 2 omissions, 0 notifications\n"))
        .isEqualTo(new TestCounts(4, 1, 0, 2));
  }

  @Test
  void phpUnit() {
    assertThat(count("OK (3 tests, 5 assertions)\n")).isEqualTo(new TestCounts(3, 0, 0, 0));
    assertThat(
            count(
                "FAILURES!\nTests: 8, Assertions: 9, Errors: 1, Failures: 2, Skipped: 1, Incomplete: 1, Risky: 1.\n"))
        .isEqualTo(new TestCounts(8, 2, 1, 2));
  }

  @Test
  void ctest() {
    assertThat(
            count(
                """
                    Start 1: adds
                1/3 Test #1: adds .............................   Passed    0.00 sec
                    Start 2: left
                2/3 Test #2: left .............................***Skipped   0.00 sec
                    Start 3: pays
                3/3 Test #3: pays .............................***Failed    0.00 sec

                67% tests passed, 1 tests failed out of 3
                """))
        .isEqualTo(new TestCounts(3, 1, 0, 1));
  }

  @Test
  void dotnet() {
    assertThat(
            count(
                "Failed!  - Failed:     1, Passed:     2, Skipped:     3, Total:     6, Duration: 12 ms - shop.dll (net8.0)\n"))
        .isEqualTo(new TestCounts(6, 1, 0, 3));
  }

  @Test
  void severalAreAddedUp() {
    String both = "Ran 2 tests in 0.1s\n\nFAILED (failures=1)\n== 3 passed in 0.1s ==\n";
    assertThat(count(both)).isEqualTo(new TestCounts(5, 1, 0, 0));
    assertThat(count(both + "12 examples, 2 failures\n" + both))
        .isEqualTo(new TestCounts(22, 4, 0, 0));
  }

  @Test
  void casesOfSeveralRunsAreKeptApart() {
    String run = "test_a (m.C.test_a) ... ok\n\nRan 1 test in 0.1s\n\nOK\n";
    assertThat(cases(run + run)).extracting(TestCase::name).containsExactly("test_a", "test_a (2)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "===== no tests ran in 0.01s =====",
        "Ran 3 tests in 0.1s\nand then crashed",
        "2 files copied in 3s",
        "ok  \tyes\n",
        "Tests: they passed",
        "  12 passing cars",
        "test result: unknown"
      })
  void otherOutputTellsNothing(String printed) {
    assertThat(count(printed)).isNull();
  }

  @Test
  void linesThatAreMadeToTakeLongDoNot() {
    for (String part :
        List.of("1 a, ", "1 a; ", " 1 a | ", "=", "    ", "1 tests, ", "--- FAIL: ")) {
      assertThat(count((part.repeat(190) + "x\n").repeat(2_000))).isNull();
    }
  }

  @Property(tries = 300)
  void anyTextIsReadWithoutTrouble(@ForAll String text) {
    count(text);
    count("Ran 1 test in " + text + "\nOK (" + text + ")");
    count("--- FAIL: a (0s)\n    " + text + "\nFAIL\ta\t1s\n");
    count(
        "test a ... FAILED\n---- a stdout ----\n"
            + text
            + "\nfailures:\n\ntest result: FAILED. 1 failed;");
  }

  private static PrintedTests read(String printed) {
    PrintedTests tests = new PrintedTests();
    printed.lines().forEach(tests::line);
    tests.finish();
    return tests;
  }

  private static @Nullable TestCounts count(String printed) {
    return read(printed).counts();
  }

  private static List<TestCase> cases(String printed) {
    List<TestCase> cases = new ArrayList<>();
    read(printed).forEach(cases::add);
    return cases;
  }
}
