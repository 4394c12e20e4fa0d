package ci.assay.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three hundred files that are wrong: each is refused in one clear line, at once. */
@Timeout(60)
class MalformedFilesTest {

  private static final int GENERATED = 300;
  private static final long SEED = 18;

  /** Bytes that one file may make us allocate, so that none can exhaust a process. */
  private static final long MOST_BYTES = 16L << 20;

  private static final String PLACE =
      "\\.assay\\.yml( line \\d+, column \\d+:| has \\d+ bytes;|:) .+";

  /** What a person gets wrong. Each makes a good file a bad one. */
  private static final List<Change> CHANGES =
      List.of(
          (lines, random) -> at(lines, random, line -> misspelled(line, random)),
          (lines, random) -> at(lines, random, line -> line + "\n" + line),
          (lines, random) -> at(lines, random, line -> "\t" + line),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(":( |$)", "")),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(": .+", ": [")),
          (lines, random) ->
              at(lines, random, line -> line.replaceFirst(": .+", ": {a: {b: {c: d}}}")),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(": .+", ": *other")),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(": .+", ": \"open")),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(": .+", ": ~")),
          (lines, random) -> at(lines, random, line -> line.replaceFirst(": .+", ": \"\\\\0\"")),
          (lines, random) -> at(lines, random, line -> line + "\u0007"),
          (lines, random) -> at(lines, random, line -> "<<<<<<< HEAD\n" + line),
          (lines, random) -> at(lines, random, line -> "---\n" + line + "\n---\n" + line));

  private interface Change {
    String apply(List<String> lines, Random random);
  }

  private interface LineChange {
    String apply(String line);
  }

  @Test
  void eachGeneratedFileIsRefusedInOneClearLine() throws Exception {
    List<List<String>> good = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("..", "docs", "examples"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yml")).sorted().toList()) {
        good.add(Files.readAllLines(file));
      }
    }
    assertThat(good).hasSizeGreaterThanOrEqualTo(3);
    Random random = new Random(SEED);
    int refused = 0;
    int tried = 0;
    while (refused < GENERATED) {
      assertThat(++tried).as("files that are good all the same").isLessThan(2 * GENERATED);
      Change change = CHANGES.get(tried % CHANGES.size());
      byte[] yaml = change.apply(good.get(random.nextInt(good.size())), random).getBytes(UTF_8);
      if (isRefusedWell(yaml)) {
        refused++;
      }
    }
  }

  @Test
  void eachHandWrittenFileIsRefusedInOneClearLine() {
    for (byte[] yaml : byHand()) {
      assertThat(isRefusedWell(yaml)).as("%s", start(yaml)).isTrue();
    }
  }

  private static List<byte[]> byHand() {
    List<String> texts =
        List.of(
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntest: *c\n",
            "test: &a [*a]",
            "<<: {test: make}",
            "test: !!binary [a]",
            "? [test]\n: make",
            "? {a: b}\n: c",
            "[".repeat(60_000),
            "{".repeat(60_000),
            "{a: ".repeat(15_000),
            "- ".repeat(30_000),
            "test:\n" + " ".repeat(100) + "- ".repeat(20_000),
            "steps: " + "[".repeat(50_000),
            "variants: {a: " + "[".repeat(50_000),
            "env: {A: " + "{".repeat(50_000),
            "k".repeat(60_000) + ": v",
            "? " + "k".repeat(2_000) + "\n: v",
            "test: " + "x".repeat(40_000),
            "\"" + "\\x41".repeat(10_000),
            "test: |\n  a\n b\n",
            "test: >9\n x",
            "test: @x",
            "test: `x`",
            "%YAML 9.9\n---\ntest: a",
            "--- a\n--- b",
            "test: a\n...\nsteps: b",
            "env:\n"
                + Stream.iterate(0, i -> i + 1)
                    .limit(500)
                    .map(i -> "  A" + i + ": b\n")
                    .reduce("", String::concat),
            "steps:\n" + "- run: a\n".repeat(60),
            "steps: [{run: a, name: x}, {run: b, name: x}]",
            "steps: [{run: a, if: failed}]",
            "env: {ASSAY_X: a}",
            "env: {HOME: /}",
            "steps: [{run: a, env: {CI: no}}]",
            "timeout: 99999h",
            "timeout: 24h",
            "retry: {failed: 99999999999999999999}",
            "pool: ../x",
            "pool: .x",
            "paths: []",
            "artifacts: ['!a']",
            "artifacts: [" + "a,".repeat(120) + "a]",
            "artifacts: [" + "a".repeat(1_001) + "]",
            "artifacts: {paths: {paths: [a]}}",
            "artifacts: {paths: [a], keep: 366d}",
            "artifacts: *a",
            "variants: {exclude: [{a: 1}]}",
            "\uFEFFtests: a",
            "null: a",
            "? : a",
            ": a",
            "!!set {test}",
            "#".repeat(1 << 20),
            "test: " + "x".repeat(1 << 20));
    List<byte[]> all = new ArrayList<>(texts.stream().map(text -> text.getBytes(UTF_8)).toList());
    all.add(new byte[] {(byte) 0xC0, (byte) 0x80});
    all.add(new byte[] {'t', 'e', 's', 't', ':', ' ', (byte) 0xFF});
    all.add(new byte[] {'t', 'e', 's', 't', ':', ' ', 0, '\n'});
    all.add("test: make".getBytes(java.nio.charset.StandardCharsets.UTF_16));
    return all;
  }

  /** False when it is taken. */
  private static boolean isRefusedWell(byte[] yaml) {
    long before = allocated();
    try {
      PipelineFile.parse(yaml);
      return false;
    } catch (InvalidInputException e) {
      assertThat(allocated() - before).as("%s", start(yaml)).isLessThan(MOST_BYTES);
      assertThat(e.getMessage())
          .as("%s", start(yaml))
          .matches(PLACE)
          .hasSizeLessThan(450)
          .doesNotContain("Exception", "org.yaml", "\n");
      return true;
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static String start(byte[] yaml) {
    String text = new String(yaml, UTF_8);
    return text.length() <= 2_000 ? text : text.substring(0, 100);
  }

  private static String at(List<String> lines, Random random, LineChange change) {
    List<String> changed = new ArrayList<>(lines);
    int line = 0;
    do {
      line = random.nextInt(changed.size());
    } while (changed.get(line).startsWith("#"));
    changed.set(line, change.apply(changed.get(line)));
    return String.join("\n", changed) + "\n";
  }

  /** One letter of its first word twice, or another. */
  private static String misspelled(String line, Random random) {
    int from = line.length() - line.replaceFirst("^[ -]*", "").length();
    int to = line.indexOf(':');
    if (to <= from) {
      return line + ":::";
    }
    int at = from + random.nextInt(to - from);
    return line.substring(0, at) + "x" + line.substring(at);
  }
}
