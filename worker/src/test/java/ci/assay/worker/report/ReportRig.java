package ci.assay.worker.report;

import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import ci.assay.wire.Codec;
import ci.assay.worker.checkout.Workspace;
import ci.assay.worker.output.CaseFile;
import ci.assay.worker.output.RunLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of reports, and what is found in them. */
final class ReportRig {

  private final Path tree;
  private final Path files;
  private int runs;

  ReportRig(Path folder) throws IOException {
    this.tree = Files.createDirectories(folder.resolve("tree"));
    this.files = Files.createDirectories(folder.resolve("files"));
  }

  /** What was found in the reports. */
  record Found(@Nullable TestCounts counts, List<TestCase> cases, List<String> log) {

    /** The counts in words. */
    String summary() {
      return counts == null ? "" : counts.summary();
    }

    /** The case with this name. */
    TestCase named(String name) {
      return cases.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /** {@code group|name|outcome} of each. */
    List<String> outcomes() {
      return cases.stream()
          .map(each -> each.group() + "|" + each.name() + "|" + each.outcome().word())
          .toList();
    }
  }

  ReportRig write(String path, String content) throws IOException {
    return write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  ReportRig write(String path, byte[] content) throws IOException {
    Path file = tree.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return this;
  }

  Path path(String path) {
    return tree.resolve(path);
  }

  Found read() throws IOException {
    return read("");
  }

  /** Reads the reports, and what was printed. */
  Found read(String printed) throws IOException {
    Path run = Files.createDirectory(files.resolve(Integer.toString(++runs)));
    CaseFile cases = new CaseFile(run.resolve("run.tests"), 4 << 20);
    Path log = run.resolve("run.log");
    try (RunLog output = new RunLog(log, 1 << 20)) {
      output.capture(new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)));
      TestCounts counts = TestReports.count(this::written, tree, output, cases);
      return new Found(
          counts,
          cases.finish() == null
              ? List.of()
              : lines(cases.file()).stream().map(Codec::decodeTestCase).toList(),
          Files.exists(log) ? lines(log) : List.of());
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readString(file).lines().toList();
  }

  private List<Path> written(Workspace.Wanted wanted, int limit) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(Files::isRegularFile)
          .filter(
              file ->
                  wanted.test(
                      Objects.requireNonNull(file.getParent()).getFileName().toString(),
                      file.getFileName().toString()))
          .sorted()
          .limit(limit)
          .toList();
    }
  }
}
