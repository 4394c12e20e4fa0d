package ci.assay.worker.report;

import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a run prints, its tests are counted or they are not. */
class PrintedFuzzTest {

  private static final Bounds BOUNDS = Bounds.usual().longest(256 * 1024);

  @TempDir static Path folder;

  static Stream<Arguments> real() {
    return Stream.concat(
        Seeds.words(
            "1 passed, ", " ... ", "skipped 'x'", "=".repeat(70), "Ran 1 test in 1s\n\n", "OK\n"),
        Seeds.of(
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
            "Tests run: 12, Failures: 1, Errors: 2, Skipped: 3, Time elapsed: 1.2 s\n",
            "1 passed, ".repeat(6_000),
            "a ... ".repeat(10_000),
            "\u001b[".repeat(20_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void printed(byte[] input) throws Exception {
    BOUNDS.hold(input, () -> Counting.count(folder, input, List.of()));
  }
}
