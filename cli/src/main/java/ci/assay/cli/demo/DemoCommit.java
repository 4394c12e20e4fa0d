package ci.assay.cli.demo;

import ci.assay.model.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A commit of the demo's repository.
 *
 * @param files all files of its tree, by name
 * @param expected the verdict that it must get
 * @param why the reason for that, for people
 */
public record DemoCommit(String subject, Map<String, String> files, Outcome expected, String why) {

  private static final String GREET = "#!/bin/sh\necho \"Hello, ${1:-world}!\"\n";
  private static final String FORGETFUL_GREET = "#!/bin/sh\necho \"Hello, ${1:-world}\"\n";
  private static final String PIPELINE = "test: sh test.sh\n";
  private static final String TEST =
      """
      # Tests greet.sh and writes a JUnit report, from which Assay takes the counts.
      total=0 failed=0 cases=
      check() {
        total=$((total + 1))
        actual=$(sh greet.sh $2)
        if [ "$actual" = "$3" ]; then
          echo "ok      $1"
          cases="$cases<testcase name='$1'/>"
        else
          echo "NOT OK  $1: expected '$3' but got '$actual'"
          failed=$((failed + 1))
          cases="$cases<testcase name='$1'><failure/></testcase>"
        fi
      }
      check 'greets the world' '' 'Hello, world!'
      check 'greets by name' 'Ada' 'Hello, Ada!'
      check 'greets loudly' 'ALL' 'Hello, ALL!'
      echo "<testsuite tests='$total' failures='$failed'>$cases</testsuite>" > TEST-greet.xml
      [ "$failed" = 0 ]
      """;

  public DemoCommit {
    files = Map.copyOf(files);
  }

  /** The story, oldest first. */
  public static List<DemoCommit> story() {
    return List.of(
        new DemoCommit(
            "Greet the world", project(GREET, PIPELINE), Outcome.PASSED, "its tests pass"),
        new DemoCommit(
            "Greet more quietly",
            project(FORGETFUL_GREET, PIPELINE),
            Outcome.FAILED,
            "its tests fail"),
        new DemoCommit(
            "Tidy up the pipeline",
            project(GREET, "test: [sh test.sh\n"),
            Outcome.ERRORED,
            "its .assay.yml is malformed"),
        new DemoCommit(
            "Wait for an answer",
            project(GREET, "test: sleep 60\ntimeout: 1s\n"),
            Outcome.TIMED_OUT,
            "it exceeds its time limit"),
        new DemoCommit(
            "Do without tests",
            Map.of("greet.sh", GREET),
            Outcome.ERRORED,
            "it has nothing to test"),
        new DemoCommit(
            "Greet properly, with tests",
            project(GREET, PIPELINE),
            Outcome.PASSED,
            "all is well again"));
  }

  private static Map<String, String> project(String greet, String pipeline) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("greet.sh", greet);
    files.put("test.sh", TEST);
    files.put(".assay.yml", pipeline);
    return files;
  }
}
