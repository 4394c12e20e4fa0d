package ci.assay.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.coordinator.ResultsFixture;
import ci.assay.coordinator.retention.ArtifactRemoval;
import ci.assay.coordinator.retention.PruneRule;
import ci.assay.coordinator.retention.Pruning;
import ci.assay.coordinator.store.FilePiece;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultStore;
import ci.assay.coordinator.store.ResultStore.Answer;
import ci.assay.message.InlineFiles;
import ci.assay.model.Job;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunFile;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts from their pieces to their removal. */
class StoredArtifactsTest {

  private static final Job JOB = Given.job(1);
  private static final String CONTENTS = "<p>hello</p>" + "b{}";
  private static final String SHA = "0".repeat(64);

  @TempDir Path folder;
  private ResultsFixture results;
  private ResultStore store;
  private ResultReader reader;

  @BeforeEach
  void open() {
    results = new ResultsFixture(folder);
    store = results.store;
    reader = new ResultReader(folder);
  }

  @Test
  void theyAreWholeBesideTheResultWhenTheVerdictIsThere() throws Exception {
    String list = list("site/index.html", "site/a.css");
    Result result = result("run-1", list);
    store.add(JOB);
    send(result, list, 4);
    assertThat(store.add(result)).isEqualTo(Answer.STORED);

    assertThat(results.files(JOB))
        .containsExactly(
            "default/artifacts.bin",
            "default/artifacts.json",
            "default/job.json",
            "default/log.txt",
            "default/result.json",
            "verdict.json");
    StoredArtifacts stored = reader.artifacts(JOB.id()).orElseThrow();
    assertThat(stored.files())
        .extracting(Artifact::path)
        .containsExactly("site/index.html", "site/a.css");
    assertThat(content(stored, "site/index.html")).isEqualTo("<p>hello</p>");
    assertThat(content(stored, "site/a.css")).isEqualTo("b{}");
    assertThat(stored.keptUntil())
        .isBetween(Instant.now().plusSeconds(86_000), Instant.now().plusSeconds(86_800));
    assertThat(results.temporaryFiles()).isEmpty();
  }

  @Test
  void shortOnesTravelInTheResult() throws Exception {
    String list = list("a.html", "b.css");
    Result result = result("run-1", list);
    store.add(JOB);
    assertThat(store.add(result, new InlineFiles(Given.LOG, null, list, CONTENTS)))
        .isEqualTo(Answer.STORED);
    assertThat(content(reader.artifacts(JOB.id()).orElseThrow(), "b.css")).isEqualTo("b{}");
  }

  @Test
  void piecesAndResultsThatComeTwiceDoubleNothing() throws Exception {
    String list = list("a", "b");
    Result result = result("run-1", list);
    store.add(JOB);
    send(result, list, 4);
    send(result, list, 4);
    store.add(result);
    StoredArtifacts first = reader.artifacts(JOB.id()).orElseThrow();
    send(result, list, 4);
    assertThat(store.add(result)).isEqualTo(Answer.KNOWN);
    Result other = result("run-2", list);
    send(other, list, 4);
    assertThat(store.add(other)).isEqualTo(Answer.ATTEMPT);
    assertThat(reader.artifacts(JOB.id())).contains(first);
    assertThat(results.files(JOB)).doesNotContain("default/.artifacts.run-2.0");
  }

  @Test
  void aResultWaitsForThemAndIsStoredWithoutThemWhenTheyAreLost() throws Exception {
    Result result = result("run-1", list("a", "b"));
    store.add(JOB);
    store.add(Given.piece(JOB, "run-1", 0, Given.LOG));
    store.add(piece(RunFile.MANIFEST, "run-1", 0, list("a", "b")));
    store.add(piece(RunFile.ARTIFACTS, "run-1", 0, CONTENTS.substring(0, 5)));
    assertThat(store.add(result)).isEqualTo(Answer.INCOMPLETE);
    assertThat(store.addWithoutWholeFiles(result)).isEqualTo(Answer.STORED);
    assertThat(results.stored(JOB).outcome()).isEqualTo(Outcome.PASSED);
    assertThat(summary().complete()).isFalse();
    assertThat(results.files(JOB))
        .containsExactly(
            "default/job.json", "default/log.txt", "default/result.json", "verdict.json");
  }

  @Test
  void noNameOfAWorkerBecomesAFileAndAListThatLiesIsNotBelieved() throws Exception {
    int number = 10;
    for (String list :
        List.of(
            list("../../x", "b"),
            list("/etc/passwd", "b"),
            list("a/../../b", "b"),
            list("same", "same"),
            list("a\\n", "b"),
            list("n".repeat(300), "b"),
            list("a", "b").replace("\"size\":3", "\"size\":4"),
            list("a", "b").replace("\"size\":3", "\"size\":-3"),
            list("a", "b").replace(SHA, "no"),
            "[]",
            "{",
            "null")) {
      Job job = Given.job(number++);
      Result result = result(job, "run-1", list);
      store.add(job);
      send(result, list, 4_096);
      assertThat(store.add(result)).as(list).isEqualTo(Answer.STORED);
      StoredArtifacts stored = reader.artifacts(job.id()).orElseThrow();
      assertThat(stored.trouble()).as(list).isNotBlank();
      assertThat(stored.files()).isEmpty();
      assertThat(results.files(job))
          .containsExactly(
              "default/artifacts.json",
              "default/job.json",
              "default/log.txt",
              "default/result.json",
              "verdict.json");
    }
  }

  @Test
  void namesThatDifferOnlyInTheirCaseAreTwoFiles() throws Exception {
    String list = list("README", "readme");
    Result result = result("run-1", list);
    store.add(JOB);
    send(result, list, 64);
    store.add(result);
    StoredArtifacts stored = reader.artifacts(JOB.id()).orElseThrow();
    assertThat(content(stored, "README")).isEqualTo("<p>hello</p>");
    assertThat(content(stored, "readme")).isEqualTo("b{}");
  }

  @Test
  void aWorkerCannotFillTheDiskWithPiecesOfOneJob() throws Exception {
    store.add(JOB);
    byte[] much = new byte[FilePiece.MAX_BYTES];
    long most = 257L << 20;
    assertThat(store.add(new FilePiece(RunFile.ARTIFACTS, JOB.id(), "r", most, much))).isFalse();
    assertThat(
            store.add(
                new FilePiece(RunFile.MANIFEST, JOB.id(), "r", ArtifactList.MOST_BYTES, much)))
        .isFalse();
    assertThat(store.add(new FilePiece(RunFile.ARTIFACTS, JOB.id(), "r", most - much.length, much)))
        .isTrue();
  }

  @Test
  void eachRerunHasItsOwn() throws Exception {
    Job rerun = Given.rerun(JOB, 2);
    for (Job each : List.of(JOB, rerun)) {
      String list = list(each.id().rerun() == 1 ? "first" : "second", "b");
      Result result = result(each, "run-" + each.id().rerun(), list);
      store.add(each);
      send(result, list, 64);
      store.add(result);
    }
    assertThat(reader.artifacts(JOB.id()).orElseThrow().find("first")).isPresent();
    assertThat(reader.artifacts(rerun.id()).orElseThrow().find("second")).isPresent();
  }

  @Test
  void theyAreRemovedTheDayAfterTheirTimeIsOverAndTheListSaysSo() throws Exception {
    storeOne();
    Instant stored = Instant.now();
    sweepAt(stored.plus(Duration.ofHours(23)));
    assertThat(results.file(JOB.id(), "artifacts.bin")).exists();
    Instant later = stored.plus(Duration.ofDays(2)).plusSeconds(60);
    sweepAt(later);
    assertThat(results.file(JOB.id(), "artifacts.bin")).doesNotExist();
    StoredArtifacts left = reader.artifacts(JOB.id()).orElseThrow();
    assertThat(left.isThere()).isFalse();
    assertThat(left.files()).hasSize(2);
    assertThat(left.removedAt()).isBetween(later.minusMillis(1), later);
    assertThat(notes()).isEmpty();
    sweepAt(later.plus(Duration.ofDays(1)));
    assertThat(folder.resolve(".artifacts")).isEmptyDirectory();
    assertThat(summary().files()).isEqualTo(2);
    assertThat(store.add(results.stored(JOB))).as("nothing comes back").isEqualTo(Answer.KNOWN);
    assertThat(results.file(JOB.id(), "artifacts.bin")).doesNotExist();
  }

  /** After the crash point PRUNE_ARTIFACTS_LISTED. */
  @Test
  void aRemovalThatWasInterruptedIsFinished() throws Exception {
    storeOne();
    Instant later = Instant.now().plus(Duration.ofDays(3));
    StoredArtifacts removed = reader.artifacts(JOB.id()).orElseThrow().removedAt(later);
    Files.write(results.file(JOB.id(), "artifacts.json"), Codec.jsonFile(removed));
    sweepAt(later);
    assertThat(results.file(JOB.id(), "artifacts.bin")).doesNotExist();
    assertThat(notes()).isEmpty();
  }

  @Test
  void aNoteWithoutArtifactsIsRemovedOnlyWhenNobodyCanBeStoringThem() throws Exception {
    storeOne();
    Path note = notes().get(0);
    Files.delete(results.file(JOB.id(), "artifacts.json"));
    Instant now = Instant.now().plus(Duration.ofDays(3));
    Files.setLastModifiedTime(note, FileTime.from(now.minusSeconds(60)));
    sweepAt(now);
    assertThat(note).exists();
    sweepAt(now.plus(Duration.ofHours(2)));
    assertThat(note).doesNotExist();
  }

  @Test
  void oneSweepDoesALimitedAmountOfWork() throws Exception {
    Path day = Files.createDirectories(folder.resolve(".artifacts/2020-01-01"));
    for (int i = 0; i < 450; i++) {
      Files.writeString(day.resolve("note-" + i), "no job's id");
    }
    sweepAt(Instant.now());
    assertThat(notes()).hasSize(250);
    sweepAt(Instant.now());
    sweepAt(Instant.now());
    assertThat(notes()).isEmpty();
  }

  @Test
  void pruneRemovesThemWithTheLog() throws Exception {
    storeOne();
    Instant now = Given.START.plus(Duration.ofDays(100));
    Pruning pruning = new Pruning(folder);
    var old = pruning.find(new PruneRule(Duration.ofDays(9), null), List.of("bottle"), now);
    assertThat(old).hasSize(1);
    assertThat(old.get(0).bytes()).isGreaterThanOrEqualTo(CONTENTS.length());
    pruning.remove(old.get(0), now);
    assertThat(reader.artifacts(JOB.id()).orElseThrow().removedAt()).isEqualTo(now);
    assertThat(results.file(JOB.id(), "artifacts.bin")).doesNotExist();
    assertThat(pruning.find(new PruneRule(Duration.ofDays(9), null), List.of("bottle"), now))
        .isEmpty();
  }

  private void storeOne() throws Exception {
    String list = list("a", "b");
    Result result = result("run-1", list);
    store.add(JOB);
    send(result, list, 64);
    store.add(result);
    assertThat(notes()).hasSize(1);
  }

  private ArtifactSummary summary() throws IOException {
    return Objects.requireNonNull(results.stored(JOB).artifacts());
  }

  private void sweepAt(Instant now) {
    new ArtifactRemoval(results.folders, results.disk, () -> now).sweep();
  }

  private List<Path> notes() throws IOException {
    Path notes = folder.resolve(".artifacts");
    if (!Files.exists(notes)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(notes)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** A list of two files whose contents are {@link #CONTENTS}. */
  private static String list(String first, String second) {
    return """
        {"version":1,"files":[{"path":"%s","size":12,"sha256":"%s","mediaType":"text/html"},\
        {"path":"%s","size":3,"sha256":"%s","mediaType":"text/css"}]}"""
        .formatted(first, SHA, second, SHA);
  }

  private static Result result(String run, String list) {
    return result(JOB, run, list);
  }

  private static Result result(Job job, String run, String list) {
    return Given.result(job, run, Outcome.PASSED)
        .withArtifacts(
            new ArtifactSummary(2, CONTENTS.length(), list.length(), 86_400, null, null));
  }

  /** Sends log, list and contents, in pieces of so many bytes. */
  private void send(Result result, String list, int most) throws IOException {
    store.add(Given.piece(result.about(), result.run(), 0, Given.LOG));
    send(result, RunFile.MANIFEST, list, most);
    send(result, RunFile.ARTIFACTS, CONTENTS, most);
  }

  private void send(Result result, RunFile file, String content, int most) throws IOException {
    for (int from = content.length() / most * most; from >= 0; from -= most) {
      String part = content.substring(from, Math.min(content.length(), from + most));
      if (!part.isEmpty()) {
        store.add(
            new FilePiece(
                file, result.id(), result.run(), from, part.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  private static FilePiece piece(RunFile file, String run, long offset, String text) {
    return new FilePiece(file, JOB.id(), run, offset, text.getBytes(StandardCharsets.UTF_8));
  }

  private String content(StoredArtifacts stored, String path) throws IOException {
    try (InputStream in = reader.artifactsOf(JOB.id()).open(stored.find(path).orElseThrow())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
