package ci.assay.worker.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.ArtifactSummary.LeftOut;
import ci.assay.pipeline.ArtifactRule;
import ci.assay.pipeline.Step;
import ci.assay.wire.Codec;
import ci.assay.worker.masking.Masking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ArtifactCollectorTest {

  @TempDir Path folder;
  private Path tree;
  private final List<String> log = new ArrayList<>();
  private ArtifactCollector.Limits limits = new ArtifactCollector.Limits(1_000);

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(folder.resolve("tree"));
  }

  @Test
  void matchingFilesAreKeptOneAfterAnotherInTheOrderOfTheirNames() throws Exception {
    write("target/site/index.html", "<p>");
    write("target/site/css/a.css", "b{}");
    write("target/classes/A.class", "no");
    ArtifactSummary summary = collect("target/site/**");
    assertThat(summary)
        .isEqualTo(
            new ArtifactSummary(2, 6, Files.size(folder.resolve("manifest")), 86_400, null, null));
    assertThat(paths()).containsExactly("target/site/index.html", "target/site/css/a.css");
    assertThat(folder.resolve("contents")).hasContent("<p>b{}");
    assertThat(list().files().get(0))
        .isEqualTo(
            new Artifact(
                "target/site/index.html",
                3,
                "33f2799467177287a29260780a107ac98ea63dd6165f67fcc0d74767d0a82090",
                "text/html"));
    assertThat(log).containsExactly("artifacts: 2 files, 6 bytes, kept for 1 day");
  }

  @Test
  void patternsAreThoseOfReports() throws Exception {
    write("a.log", "1");
    write("deep/in/b.log", "2");
    write("deep/in/secret.log", "3");
    write("deep/c.txt", "4");
    collect("*.log", "!secret.log");
    assertThat(paths()).containsExactly("a.log", "deep/in/b.log");
  }

  @Test
  void nothingBehindALinkIsKeptNorWhatIsNoFile() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "of the worker");
    write("out/good", "good");
    Files.createSymbolicLink(tree.resolve("out/folder"), outside);
    Files.createSymbolicLink(tree.resolve("out/link"), outside.resolve("secret"));
    run("mkfifo", tree.resolve("out/pipe").toString());
    ArtifactSummary summary = collect("out/**");
    assertThat(paths()).containsExactly("out/good");
    assertThat(summary.leftOut()).isEqualTo(new LeftOut(3, "out/folder: it is a symbolic link"));
    assertThat(log)
        .contains(
            "artifact not kept: out/link: it is a symbolic link",
            "artifact not kept: out/pipe: it is not a regular file");
  }

  @Test
  void aFolderThatIsALinkIsNotSearched() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "of the worker");
    Files.createSymbolicLink(tree.resolve("out"), outside);
    assertThat(collect("out/secret").files()).isZero();
    assertThat(log).containsExactly("artifacts: none, no file matches");
    assertThat(folder.resolve("contents")).doesNotExist();
  }

  @Test
  void whatIsOverTheLimitIsLeftOutAndSmallerFilesStillFit() throws Exception {
    write("out/a", "x".repeat(900));
    write("out/b", "y".repeat(101));
    write("out/c", "z".repeat(100));
    ArtifactSummary summary = collect("out/**");
    assertThat(paths()).containsExactly("out/a", "out/c");
    assertThat(summary.bytes()).isEqualTo(1_000);
    assertThat(log)
        .contains(
            "artifact not kept: out/b: it has 101 bytes, and 100 bytes are left of the limit of"
                + " 1000 bytes");
  }

  @Test
  void aHugeSparseFileIsNotEvenRead() throws Exception {
    Files.createDirectory(tree.resolve("out"));
    try (FileChannel huge =
        FileChannel.open(
            tree.resolve("out/huge"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      huge.write(ByteBuffer.wrap(new byte[1]), 1L << 40);
    }
    assertThat(collect("out/**").files()).isZero();
    assertThat(log.get(0)).startsWith("artifact not kept: out/huge: it has 1T");
  }

  @Test
  void namesThatCannotBeToldApartOrWrittenAreLeftOutAndOddOnesAreKept() throws Exception {
    write("out/a b;c%d?#\"'<>&.txt", "1");
    write("out/ünï.txt", "2");
    write("out/line\nend", "3");
    write("out/back\\slash", "4");
    write("out/right\u202Eto-left", "5");
    write("out/" + "n".repeat(250) + "/" + "m".repeat(250) + "/" + "o".repeat(20), "6");
    ArtifactSummary summary = collect("out/**");
    assertThat(paths()).containsExactly("out/a b;c%d?#\"'<>&.txt", "out/ünï.txt");
    assertThat(summary.leftOut()).isNotNull();
    assertThat(log).filteredOn(line -> line.contains("\n")).isEmpty();
    assertThat(log)
        .anySatisfy(line -> assertThat(line).contains("back\\slash").contains("backslash"));
  }

  @Test
  void nothingIsKeptThatGitWouldTakeForARepositoryWhereItIsDownloaded() throws Exception {
    write("out/.git", "gitdir: evil");
    write("out/evil/config", "[core]\nfsmonitor = evil");
    write("out/a/.GIT/config", "2");
    write("out/b/git~1/config", "3");
    write("out/c/.g\u200Cit/config", "4");
    write("out/d/.git. . :x/config", "5");
    write("out/e/.github/f", "6");
    write("out/.gitignore", "7");
    ArtifactSummary summary = collect("out/**");
    assertThat(paths()).containsExactly("out/.gitignore", "out/e/.github/f", "out/evil/config");
    assertThat(summary.leftOut()).isNotNull();
    assertThat(log).anySatisfy(line -> assertThat(line).contains(".GIT").contains("git would"));
  }

  @Test
  void aNameThatIsNotUtf8IsLeftOutAndSaid() throws Exception {
    write("out/good", "1");
    run("sh", "-c", "cd \"$1\" && echo 2 > \"$(printf 'bad\\377name')\"", "sh", tree + "/out");
    ArtifactSummary summary = collect("out/**");
    assertThat(paths()).containsExactly("out/good");
    assertThat(summary.leftOut()).isNotNull();
    assertThat(log.get(0)).endsWith(": its path is not UTF-8");
  }

  @Test
  void theNumberOfFilesIsLimited() throws Exception {
    Files.createDirectory(tree.resolve("out"));
    for (int i = 0; i < ArtifactList.MOST_FILES + 20; i++) {
      Files.createFile(tree.resolve("out/%05d".formatted(i)));
    }
    ArtifactSummary summary = collect("out/**");
    assertThat(summary.files()).isEqualTo(ArtifactList.MOST_FILES);
    assertThat(summary.leftOut()).isEqualTo(new LeftOut(20, "out/05000: there are 5000 already"));
    assertThat(log).hasSize(12).contains("10 more artifacts are not kept");
  }

  @Test
  void collectingEndsWhenItsTimeIsOver() throws Exception {
    limits = new ArtifactCollector.Limits(1_000, Duration.ofSeconds(1));
    for (int i = 0; i < 10; i++) {
      write("out/" + i, "1");
    }
    long[] now = {0};
    ArtifactSummary summary = collect(() -> now[0] += 200_000_000, "out/**");
    assertThat(summary.files()).isBetween(1, 5);
    assertThat(summary.leftOut()).isEqualTo(new LeftOut(0, "collecting took longer than 1 s"));
  }

  @Test
  void aFolderThatCannotBeWrittenOnlyLeavesThemOut() throws Exception {
    write("out/a", "1");
    Files.createFile(folder.resolve("contents")); // as of another run
    ArtifactSummary summary = collect("out/**");
    assertThat(summary.files()).isZero();
    assertThat(log.get(0)).startsWith("artifacts: none, they could not be collected");
  }

  @Test
  void aStoppedRunIsNotHeldUp() throws Exception {
    write("out/a", "1");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> collect("out/**")).isInstanceOf(InterruptedException.class);
  }

  private ArtifactSummary collect(String... patterns) throws InterruptedException {
    return collect(System::nanoTime, patterns);
  }

  private ArtifactSummary collect(LongSupplier nanos, String... patterns)
      throws InterruptedException {
    ArtifactFiles files = new ArtifactFiles(folder.resolve("contents"), folder.resolve("manifest"));
    return new ArtifactCollector(limits, files, log::add, Masking.NONE, nanos)
        .collect(tree, new ArtifactRule(List.of(patterns), Duration.ofDays(1), Step.When.ALWAYS));
  }

  private ArtifactList list() throws IOException {
    return Codec.fromJson(Files.readAllBytes(folder.resolve("manifest")), ArtifactList.class);
  }

  private List<String> paths() throws IOException {
    return list().files().stream().map(Artifact::path).toList();
  }

  private void write(String path, String content) throws IOException {
    Path file = tree.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, content);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }
}
