package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged reports: truncated, with changed bytes, with parts repeated or missing. */
@Tag("long")
class MangledReportsTest {

  private static final int REPORTS = 500;
  private static final long SEED = 20_261_127;
  private static final Pattern PART =
      Pattern.compile("<testcase.*?</testcase>|<[^>]*>|<!\\[CDATA\\[.*?]]>", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void noneFailsAndNoFailingCaseThatIsWholeIsLost() throws IOException {
    for (int i = 0; i < REPORTS; i++) {
      Random random = new Random(SEED + i);
      List<String> failing = new ArrayList<>();
      byte[] report = mangled(report(random, failing), random);
      String text = new String(report, StandardCharsets.UTF_8);
      List<String> whole =
          failing.stream().filter(text::contains).map(MangledReportsTest::name).toList();
      ReportRig.Found found =
          new ReportRig(folder.resolve("r" + i)).write("TEST-a.xml", report).read();
      assertThat(
              found.cases().stream()
                  .filter(each -> each.outcome().isBad())
                  .map(each -> each.name().replaceFirst(" \\(\\d+\\)$", "")))
          .as("report %d of seed %d:%n%s", i, SEED, text)
          .containsAll(whole);
      assertThat(found.log().size()).isLessThanOrEqualTo(1);
    }
  }

  private static String name(String testcase) {
    Matcher name = Pattern.compile(" name=\"([^\"]*)\"").matcher(testcase);
    assertThat(name.find()).isTrue();
    return name.group(1);
  }

  private static String report(Random random, List<String> failing) {
    StringBuilder text = new StringBuilder();
    text.append(random.nextBoolean() ? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" : "");
    text.append(random.nextInt(4) == 0 ? "<!DOCTYPE testsuites SYSTEM \"x.dtd\">\n" : "");
    text.append("<testsuites>\n");
    int number = 0;
    for (int suite = 0; suite <= random.nextInt(3); suite++) {
      text.append("  <testsuite name=\"s").append(suite).append("\">\n");
      for (int i = random.nextInt(8); i >= 0; i--) {
        String testcase = testcase(random, ++number);
        if (testcase.contains("<failure") || testcase.contains("<error")) {
          failing.add(testcase);
        }
        text.append("    ").append(testcase).append('\n');
      }
      if (random.nextInt(3) == 0) {
        text.append(
            "    <!-- a word -->\n    <system-err><![CDATA[of the suite <testcase>]]></system-err>\n");
      }
      text.append("  </testsuite>\n");
    }
    return text.append("</testsuites>\n").toString();
  }

  private static String testcase(Random random, int number) {
    String start =
        "<testcase classname=\"c\" name=\"t%d\" time=\"0.0%d\">".formatted(number, number);
    String body =
        switch (random.nextInt(6)) {
          case 0 -> "<failure message=\"a &lt; b &amp; c\" type=\"T\">at x.&lt;init&gt;</failure>";
          case 1 -> "<failure><![CDATA[T: <b>\n\tat x.y(Z.java:3)]]></failure>";
          case 2 -> "<error message=\"m\"/>";
          case 3 -> "<skipped/>";
          default -> "";
        };
    String output =
        random.nextInt(3) == 0 ? "<system-out><![CDATA[printed </x> & ünï]]></system-out>" : "";
    return start + body + output + "</testcase>";
  }

  private static byte[] mangled(String report, Random random) throws IOException {
    byte[] bytes = report.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> flipped(bytes, random);
            case 2 -> withPart(bytes, random, 2);
            default -> withPart(bytes, random, 0);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    for (int i = 0; changed.length > 0 && i <= random.nextInt(4); i++) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  /** The bytes with one part of them repeated. */
  private static byte[] withPart(byte[] bytes, Random random, int times) throws IOException {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<int[]> parts = new ArrayList<>();
    Matcher each = PART.matcher(text);
    for (int from = 0; each.find(from); from = each.start() + 1) {
      parts.add(new int[] {each.start(), each.end()});
    }
    if (parts.isEmpty()) {
      return bytes;
    }
    int[] part = parts.get(random.nextInt(parts.size()));
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, part[0]);
    for (int i = 0; i < times; i++) {
      changed.write(bytes, part[0], part[1] - part[0]);
    }
    changed.write(bytes, part[1], bytes.length - part[1]);
    return changed.toByteArray();
  }
}
