package ci.assay.worker.report;

import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import ci.assay.worker.masking.Masking;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the test cases of one run. A case that is in two files counts once. Different cases with
 * the same name get a number, so that they are not taken for one. Not thread-safe.
 */
final class CaseCollector {

  /** The most cases of one run that are read, because their identities are kept in memory. */
  static final int MOST = 1_000_000;

  private static final long FNV_START = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Consumer<TestCase> taker;
  private final Masking masking;
  private final int most;

  /** How often a case was counted in total; {@code inFile} counts it in the current file. */
  private final LongCounter taken = new LongCounter();

  private final LongCounter inFile = new LongCounter();
  private final LongCounter names = new LongCounter();

  private int total;
  private int failed;
  private int errors;
  private int skipped;
  private int flaky;
  private int files;

  /** For cases without secrets. */
  CaseCollector(Consumer<TestCase> taker, int most) {
    this(taker, Masking.NONE, most);
  }

  /**
   * @param taker receives each case, masked, under a unique name
   */
  CaseCollector(Consumer<TestCase> taker, Masking masking, int most) {
    this.taker = taker;
    this.masking = masking;
    this.most = most;
  }

  /** The following cases are from another file. */
  void nextFile() {
    inFile.clear();
  }

  /** The file that was read was a report. */
  void wasReport() {
    files++;
  }

  /** Whether there was any report. */
  boolean isEmpty() {
    return files == 0;
  }

  /** Whether the limit of cases is reached. */
  boolean isFull() {
    return taken.size() >= most;
  }

  void add(ReportedCase found) {
    TestCase test = found.test();
    long identity =
        hash(
            found.suite(),
            found.written(),
            test.group(),
            test.name(),
            String.valueOf(test.millis()),
            test.outcome().word());
    if (inFile.add(identity) <= taken.count(identity)) {
      return;
    }
    taken.add(identity);
    total += found.isCounted() ? 1 : 0;
    flaky += test.flaky() ? 1 : 0;
    switch (test.outcome()) {
      case PASSED -> {}
      case FAILED -> failed++;
      case ERRORED -> errors++;
      case SKIPPED -> skipped++;
    }
    taker.accept(unique(masking.isNeeded() ? masked(test) : test));
  }

  private TestCase masked(TestCase test) {
    return new TestCase(
        masking.text(test.group()),
        masking.text(test.name()),
        test.outcome(),
        test.millis(),
        masked(test.message()),
        masked(test.stack()),
        test.flaky());
  }

  private @Nullable String masked(@Nullable String text) {
    return text == null ? null : masking.text(text);
  }

  /** The second case with a name becomes {@code name (2)}. */
  private TestCase unique(TestCase test) {
    long base = hash(test.group(), test.name());
    int number = names.add(base);
    if (number == 1) {
      return test;
    }
    String name = test.name() + " (" + number + ")";
    while (names.count(hash(test.group(), name)) > 0) {
      number = names.add(base);
      name = test.name() + " (" + number + ")";
    }
    names.add(hash(test.group(), name));
    return test.named(name);
  }

  TestCounts counts() {
    return new TestCounts(total, failed, errors, skipped, flaky, false);
  }

  /** The FNV-1a hash, with a separator after each part. */
  private static long hash(String... parts) {
    long hash = FNV_START;
    for (String part : parts) {
      for (int i = 0; i < part.length(); i++) {
        hash = (hash ^ part.charAt(i)) * FNV_PRIME;
      }
      hash = (hash ^ 0x10000) * FNV_PRIME;
    }
    return hash;
  }
}
