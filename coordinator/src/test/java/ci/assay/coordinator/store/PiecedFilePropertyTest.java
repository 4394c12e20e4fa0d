package ci.assay.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

class PiecedFilePropertyTest {

  private static final Job JOB = Given.job(1);
  private static final String RUN = "run-1";

  private Path folder = Path.of("");
  private Disk disk = new Disk(new ResultsFolder(folder));

  @BeforeProperty
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("job-log");
    ResultsFolder folders = new ResultsFolder(folder);
    Files.createDirectories(folders.temporary());
    disk = new Disk(folders);
  }

  @AfterProperty
  void removeFolder() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(PiecedFilePropertyTest::delete);
    }
  }

  @Property(tries = 60)
  void piecesInAnyOrderAndNumberMakeTheSameLog(
      @ForAll byte[] whole,
      @ForAll @Size(max = 6) List<@IntRange(max = 1000) Integer> cuts,
      @ForAll Random random)
      throws IOException {
    List<FilePiece> pieces = cut(whole, cuts);
    pieces.addAll(List.copyOf(pieces));
    Collections.shuffle(pieces, random);

    Path own = Files.createTempDirectory(folder, "job");
    AssembledFile log = new AssembledFile(disk, own, RunFile.LOG);
    for (FilePiece piece : pieces) {
      log.add(piece);
    }
    assertThat(log.isComplete(RUN, summary(whole))).isTrue();
    log.assemble(RUN, whole.length);
    new JobFiles(disk, own).removePieces();
    assertThat(own.resolve("log.txt")).hasBinaryContent(whole);
    assertThat(ResultsFolder.list(own)).hasSize(1);
  }

  @Property(tries = 30)
  void logIsCompleteOnlyWithEachOfItsPieces(
      @ForAll @Size(min = 1, max = 100) byte[] whole,
      @ForAll @Size(max = 6) List<@IntRange(max = 1000) Integer> cuts,
      @ForAll @IntRange(max = 1000) int left)
      throws IOException {
    List<FilePiece> pieces = cut(whole, cuts);
    FilePiece missing = pieces.remove(left % pieces.size());

    Path own = Files.createTempDirectory(folder, "job");
    AssembledFile log = new AssembledFile(disk, own, RunFile.LOG);
    for (FilePiece piece : pieces) {
      log.add(piece);
    }
    assertThat(log.isComplete(RUN, summary(whole))).isFalse();
    log.add(missing);
    assertThat(log.isComplete(RUN, summary(whole))).isTrue();
    assertThat(log.isComplete("run", summary(whole))).isFalse();
  }

  @Property(tries = 30)
  void piecesThatOverlapMakeTheSameLog(
      @ForAll @Size(min = 1, max = 100) byte[] whole,
      @ForAll @Size(max = 6) List<@IntRange(max = 1000) Integer> cuts,
      @ForAll @Size(max = 6) List<@IntRange(max = 1000) Integer> otherCuts)
      throws IOException {
    Path own = Files.createTempDirectory(folder, "job");
    AssembledFile log = new AssembledFile(disk, own, RunFile.LOG);
    for (FilePiece piece : cut(whole, cuts)) {
      log.add(piece);
    }
    for (FilePiece piece : cut(whole, otherCuts)) {
      log.add(piece);
    }
    log.assemble(RUN, whole.length);
    assertThat(own.resolve("log.txt")).hasBinaryContent(whole);
  }

  private static List<FilePiece> cut(byte[] whole, List<Integer> cuts) {
    SortedSet<Integer> offsets = new TreeSet<>(List.of(0, whole.length));
    cuts.forEach(cut -> offsets.add(cut % (whole.length + 1)));
    List<FilePiece> pieces = new ArrayList<>();
    Integer from = null;
    for (Integer to : offsets) {
      if (from != null) {
        pieces.add(
            new FilePiece(RunFile.LOG, JOB.id(), RUN, from, Arrays.copyOfRange(whole, from, to)));
      }
      from = to;
    }
    return pieces;
  }

  private static FileSummary summary(byte[] whole) {
    return new FileSummary(whole.length, false, null);
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
