package ci.assay.systemtest.browser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The test suite of a project at one commit, as files: a script that prints the output of a test
 * tool and writes a JUnit report.
 */
final class Suite {

  private static final String SCRIPT =
      """
      #!/bin/sh
      cat output.txt
      { cat report.xml; echo '<!-- of this run -->'; } >TEST-report.xml
      ! grep -q '<failure' report.xml
      """;

  private final List<String> names;
  private final TreeSet<String> broken = new TreeSet<>();

  private Suite(List<String> names) {
    this.names = names;
  }

  static Suite of(String... names) {
    return new Suite(List.of(names));
  }

  /** A copy of the suite in which these tests fail. */
  Suite failing(String... some) {
    Suite suite = new Suite(names);
    suite.broken.addAll(List.of(some));
    return suite;
  }

  /** The files to commit; each number makes a different tree. */
  Map<String, String> files(int number) {
    return new LinkedHashMap<>(
        Map.of(
            ".assay.yml",
            "test: sh check.sh\n",
            "check.sh",
            SCRIPT,
            "output.txt",
            output(),
            "report.xml",
            report(),
            "number.txt",
            number + "\n"));
  }

  /** The files of a project whose test is this command. */
  static Map<String, String> command(String command) {
    return Map.of(".assay.yml", "test: |\n  " + command.replace("\n", "\n  ") + "\n");
  }

  private String output() {
    List<String> lines = new ArrayList<>();
    lines.add("\u001b[1mcollected " + names.size() + " tests\u001b[0m");
    for (String name : names) {
      boolean isBroken = broken.contains(name);
      lines.add(
          "\u001b[36mtests/%s\u001b[0m %s %s\u001b[0m"
              .formatted(fileOf(name), name, isBroken ? "\u001b[1;31mFAILED" : "\u001b[32mPASSED"));
    }
    for (String name : broken) {
      lines.add("");
      lines.add("\u001b[31m=== " + name + " ===\u001b[0m");
      lines.addAll(List.of(stack(name).split("\n", -1)));
    }
    lines.add("");
    lines.add(
        "%s%d passed, %d failed\u001b[0m"
            .formatted(
                broken.isEmpty() ? "\u001b[1;32m" : "\u001b[1;31m",
                names.size() - broken.size(),
                broken.size()));
    return String.join("\n", lines) + "\n";
  }

  private String report() {
    StringBuilder xml = new StringBuilder("<testsuite name=\"all\">\n");
    for (String name : names) {
      xml.append(
          "<testcase classname=\"%s\" name=\"%s\" time=\"0.0%d\">"
              .formatted(
                  escaped(fileOf(name).replace(".py", "")), escaped(name), 1 + name.length() % 9));
      if (broken.contains(name)) {
        xml.append(
            "<failure message=\"%s\">%s</failure>"
                .formatted(escaped("expected 200, was 500"), escaped(stack(name))));
      }
      xml.append("</testcase>\n");
    }
    return xml.append("</testsuite>\n").toString();
  }

  private static String fileOf(String name) {
    String[] words = name.split("_", 3);
    return words.length < 2 ? "test_all.py" : "test_" + words[1] + ".py";
  }

  private static String stack(String name) {
    return """
        Traceback (most recent call last):
          File "tests/%s", line 42, in %s
            self.assertEqual(200, answer.status)
        AssertionError: expected 200, was 500"""
        .formatted(fileOf(name), name);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
