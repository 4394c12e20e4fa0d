package ci.assay.worker.report;

import ci.assay.model.report.TestCounts;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.masking.Masking;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.report.markup.ReadAllowance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts tests and collects the single test cases, from the reports that the run wrote, or else
 * from its log. Reports that could not be read are mentioned in the log.
 */
public final class TestReports {

  private static final int MOST_FILES = 50_000;

  /** How many bytes of reports of one run are read. */
  private static final long MOST_BYTES = 1L << 30;

  static final String TOO_LONG =
      "of the reports of a run %d MiB are read".formatted(MOST_BYTES >> 20);
  static final String TOO_MANY_CASES =
      String.format(Locale.ROOT, "of a run %,d test cases are read", CaseCollector.MOST);

  /** With fewer bytes than this, no limit can be reached. */
  private static final long SURELY_READ = 8 << 20;

  private static final int MOST_TOLD = 20;

  private final Path tree;
  private final CaseCollector cases;
  private final ReportReader reader;
  private final List<ReportTrouble> troubles = new ArrayList<>();
  private int untold;
  private boolean isPart;

  private TestReports(Path tree, CaseFile cases, Masking masking) {
    this.tree = tree;
    this.cases = new CaseCollector(cases::add, masking, CaseCollector.MOST);
    this.reader = new ReportReader(this.cases, new ReadAllowance(MOST_BYTES));
  }

  /** Lists the files that a run wrote, as {@link Workspace#writtenSince} does. */
  @FunctionalInterface
  public interface WrittenFiles {
    List<Path> list(Workspace.Wanted wanted, int limit) throws IOException;
  }

  /**
   * Counts the tests of a run.
   *
   * @param written the files that the last try wrote
   * @param tree the work tree with those files
   * @param output of the commands, which are over; lines about unreadable reports are added, then
   *     it is finished
   * @param cases receives the test cases
   * @return the counts; null if neither reports nor log have any
   */
  public static @Nullable TestCounts count(
      WrittenFiles written, Path tree, RunLog output, CaseFile cases) throws IOException {
    return count(written, tree, output, cases, null);
  }

  /**
   * As above, for a commit that may say which files are reports.
   *
   * @param wanted whether a path, relative to {@code tree}, is a report; null to recognise reports
   *     by their names
   */
  public static @Nullable TestCounts count(
      WrittenFiles written,
      Path tree,
      RunLog output,
      CaseFile cases,
      @Nullable Predicate<String> wanted)
      throws IOException {
    TestReports reports = new TestReports(tree, cases, output.masking());
    reports.read(files(written, tree, wanted));
    reports.tell(output);
    output.finish();
    TestCounts counts = reports.counts();
    if (counts == null) {
      counts = countPrinted(output, cases);
    }
    return !reports.isPart ? counts : counts == null ? NONE.orMore() : counts.orMore();
  }

  private static List<Path> files(
      WrittenFiles written, Path tree, @Nullable Predicate<String> wanted) throws IOException {
    return wanted == null
        ? written.list(ReportNames::isCandidate, MOST_FILES + 1)
        : written.list((folder, file) -> true, Integer.MAX_VALUE).stream()
            .filter(file -> wanted.test(tree.relativize(file).toString()))
            .limit(MOST_FILES + 1L)
            .toList();
  }

  private static final TestCounts NONE = new TestCounts(0, 0, 0, 0);

  private void read(List<Path> files) {
    for (Path file : ordered(files.subList(0, Math.min(MOST_FILES, files.size())))) {
      ReportTrouble trouble = reader.read(file, tree.relativize(file).toString(), isUsual(file));
      if (trouble != null) {
        add(trouble);
      }
    }
    if (files.size() > MOST_FILES) {
      add(
          new ReportTrouble(
              tree.relativize(files.get(MOST_FILES)).toString(),
              1,
              String.format(Locale.ROOT, "of a run %,d reports are read", MOST_FILES)));
    }
  }

  private void add(ReportTrouble trouble) {
    isPart |= trouble.isPart();
    if (troubles.size() < MOST_TOLD) {
      troubles.add(trouble);
    } else {
      untold += trouble.isPart() ? 1 : 0;
    }
  }

  private static boolean isUsual(Path file) {
    return ReportNames.isUsual(
        Objects.requireNonNull(file.getParent()).getFileName().toString(),
        file.getFileName().toString());
  }

  /**
   * The files in the order of their paths. If they are so large that a limit may be reached, the
   * larger ones come last, so that a large file does not displace smaller ones.
   */
  private static List<Path> ordered(List<Path> files) {
    long total = 0;
    record Sized(Path file, int magnitude) {}
    List<Sized> sized = new ArrayList<>(files.size());
    for (Path file : files) {
      long size = sizeOf(file);
      total += size;
      sized.add(new Sized(file, 64 - Long.numberOfLeadingZeros(size >> 20)));
    }
    if (total > SURELY_READ) {
      sized.sort(Comparator.comparingInt(Sized::magnitude));
    }
    return sized.stream().map(Sized::file).toList();
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // reading it will fail too, and be reported
    }
  }

  private void tell(RunLog output) {
    troubles.forEach(trouble -> output.note(trouble.text()));
    if (untold > 0) {
      output.note("%d more reports could not be read".formatted(untold));
    }
  }

  private @Nullable TestCounts counts() {
    return cases.isEmpty() ? null : cases.counts();
  }

  private static @Nullable TestCounts countPrinted(RunLog output, CaseFile cases)
      throws IOException {
    LastTry last = new LastTry();
    output.lines(last::line);
    PrintedTests found = last.found;
    found.finish();
    found.forEach(cases::add);
    TestCounts counts = found.counts();
    return counts != null && output.finish().truncated() ? counts.orMore() : counts;
  }

  /** Finds the tests in the output of the last try. */
  private static final class LastTry {
    private PrintedTests found = new PrintedTests();

    void line(String line) {
      if (RunLog.beginsTry(line)) {
        found = new PrintedTests();
      } else {
        found.line(line);
      }
    }
  }
}
