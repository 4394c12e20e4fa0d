package ci.assay.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A stack trace of each language as its tools print it, and the project's own frames in it. */
class StackFramesTest {

  private static List<String> own(String stack) {
    return StackFrames.own(stack.lines().toList(), 9);
  }

  @Test
  void ofJavaNeitherTheRuntimeNorTheTestLibraryIsShown() {
    assertThat(
            own(
                """
                org.opentest4j.AssertionFailedError: expected: <3> but was: <4>
                \tat org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)
                \tat com.acme.Sums.add(Sums.java:9)
                \tat app//com.acme.SumsTest.adds(SumsTest.java:12)
                \tat java.base/java.lang.reflect.Method.invoke(Method.java:568)
                Caused by: java.io.IOException: gone
                \tat com.acme.Store.open(Store.java:4)
                \t... 71 more
                """))
        .containsExactly(
            "at com.acme.Sums.add(Sums.java:9)",
            "at app//com.acme.SumsTest.adds(SumsTest.java:12)",
            "Caused by: java.io.IOException: gone",
            "at com.acme.Store.open(Store.java:4)");
  }

  @Test
  void ofPythonNeitherTheLibraryNorInstalledPackagesAreShown() {
    assertThat(
            own(
                """
                Traceback (most recent call last):
                  File "/srv/tree/test/test_sums.py", line 5, in test_adds
                    self.assertEqual(3, add(1, 1))
                  File "/usr/lib/python3.11/unittest/case.py", line 873, in assertEqual
                  File "/home/me/.venv/lib/python3.11/site-packages/six.py", line 3, in f
                AssertionError: 3 != 2
                """))
        .containsExactly("File \"/srv/tree/test/test_sums.py\", line 5, in test_adds");
    assertThat(own("    def test_adds():\n>       assert 3 == 2\n\ntest_sums.py:3: AssertionError"))
        .containsExactly("test_sums.py:3: AssertionError");
  }

  @Test
  void ofJavaScriptNeitherNodeNorItsModulesAreShown() {
    assertThat(
            own(
                """
                AssertionError [ERR_ASSERTION]: 3 == 2
                    at TestContext.<anonymous> (file:///srv/tree/sums.test.mjs:6:10)
                    at Context.it (/srv/tree/node_modules/mocha/lib/runnable.js:3:4)
                    at Sums.add (/srv/tree/sums.js:6:10)
                    at Test.runInAsyncScope (node:async_hooks:203:9)
                    at processTicksAndRejections (internal/process/task_queues.js:95:5)
                """))
        .contains("at Sums.add (/srv/tree/sums.js:6:10)")
        .noneMatch(frame -> frame.contains("node"));
  }

  @Test
  void ofGoRustAndCOnlyTheProjectsFilesAreShown() {
    assertThat(
            own(
                """
                sums_test.go:9: got 3, want 2
                /usr/local/go/src/testing/testing.go:1689 +0x21f
                thread 'adds' panicked at src/lib.rs:10:5:
                  at /rustc/9fc6b431/library/core/src/panicking.rs:75:14
                sums_test.cc:12: Failure
                """))
        .containsExactly("sums_test.go:9: got 3, want 2", "sums_test.cc:12: Failure");
  }

  @Test
  void aTimeIsNoPlaceInAFile() {
    assertThat(own("took 1.5 s\nat 10:15:30\nhost.example.org answered\nversion 1.2")).isEmpty();
  }
}
