package ci.assay.observer.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import ci.assay.model.CommitId;
import ci.assay.observer.poll.PollerRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorTest {

  private static final Instant NOW = PollerRig.NOW;

  @TempDir Path folder;

  @Test
  void cursorIsReadAsItWasWritten() {
    try (Cursor cursor = open()) {
      assertThat(cursor.isNew()).isTrue();
      cursor.plan(List.of(planned(1), planned(2)));
      cursor.sent(List.of(id(1)));
      cursor.moved(
          NOW,
          Map.of("refs/heads/main", oid(2), "refs/heads/topic", oid(1)),
          Set.of(),
          Set.of(oid(7)));
      cursor.moved(NOW, Map.of(), Set.of("refs/heads/topic"), Set.of());
    }
    try (Cursor cursor = open()) {
      assertThat(cursor.isNew()).isFalse();
      assertThat(cursor.pending()).containsExactly(planned(2));
      assertThat(cursor.seen()).containsExactly(Map.entry("refs/heads/main", oid(2)));
      assertThat(cursor.kept()).containsExactly(oid(7));
      assertThat(cursor.hasJob(oid(1))).isTrue();
      assertThat(cursor.hasJob(oid(2))).isTrue();
      assertThat(cursor.hasJob(oid(3))).isFalse();
    }
  }

  @Test
  void sentCommitsAreReturnedUntilTheyAreJudged() {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1), planned(2), planned(3)));
      cursor.sent(List.of(id(1), id(2)));
      assertThat(cursor.sentFor(Duration.ZERO)).containsExactly(planned(1), planned(2));
      assertThat(cursor.sentFor(Duration.ofHours(1))).isEmpty();
      cursor.judged(List.of(id(1)));
      assertThat(cursor.sentFor(Duration.ZERO)).containsExactly(planned(2));
    }
    try (Cursor cursor = open()) {
      assertThat(cursor.sentFor(Duration.ofHours(1))).containsExactly(planned(2));
      assertThat(cursor.pending()).containsExactly(planned(3));
      assertThat(cursor.hasJob(oid(1))).isTrue();
    }
  }

  @Test
  void commitsSentAgainAreReturnedLast() {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1), planned(2)));
      cursor.sent(List.of(id(1), id(2)));
      cursor.sent(List.of(id(1)));
      assertThat(cursor.sentFor(Duration.ZERO)).containsExactly(planned(2), planned(1));
      cursor.judged(List.of(id(2)));
      cursor.sent(List.of(id(2)));
      assertThat(cursor.sentFor(Duration.ZERO)).containsExactly(planned(1));
    }
  }

  @Test
  void itsFileCanBeReadByPeople() throws IOException {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1)));
      cursor.sent(List.of(id(1)));
      cursor.judged(List.of(id(1)));
    }
    assertThat(Files.readAllLines(file()).stream().map(line -> line.substring(9)))
        .containsExactly(
            "pending " + id(1) + " refs/heads/main push 2026-11-23T01:02:03.456Z",
            "sent " + id(1),
            "judged " + id(1));
  }

  @Test
  void aTornEndIsIgnored() throws IOException {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1)));
      cursor.plan(List.of(planned(2)));
    }
    byte[] whole = Files.readAllBytes(file());
    for (int cut = whole.length / 2; cut < whole.length; cut++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, cut));
      try (Cursor cursor = open()) {
        assertThat(cursor.pending()).as("cut at %d", cut).containsExactly(planned(1));
        cursor.plan(List.of(planned(3)));
      }
      try (Cursor cursor = open()) {
        assertThat(cursor.pending()).containsExactly(planned(1), planned(3));
      }
    }
  }

  @Test
  void zeroesAtTheEndAfterAPowerCutAreATornEnd() throws IOException {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1)));
    }
    Files.write(file(), new byte[200], StandardOpenOption.APPEND);

    try (Cursor cursor = open()) {
      assertThat(cursor.pending()).containsExactly(planned(1));
    }
  }

  @Test
  void commitsWithJobsAreKeptFromADamagedFile() throws IOException {
    try (Cursor cursor = open()) {
      cursor.moved(NOW, Map.of("refs/heads/main", oid(2)), Set.of(), Set.of());
      cursor.plan(List.of(planned(1), planned(2)));
      cursor.sent(List.of(id(1)));
    }
    byte[] bytes = Files.readAllBytes(file());
    bytes[15] ^= 1;
    Files.write(file(), bytes);

    try (Cursor cursor = open()) {
      assertThat(cursor.isNew()).isTrue();
      assertThat(cursor.seen()).isEmpty();
      assertThat(cursor.pending()).containsExactly(planned(2));
      assertThat(cursor.hasJob(oid(1))).isTrue();
    }
    try (Cursor cursor = open()) {
      assertThat(cursor.pending()).containsExactly(planned(2));
    }
  }

  @Test
  @Tag("long")
  void fiveThousandCommitsInManyPushesDoNotRewriteItEachTime() throws IOException {
    long written = 0;
    try (Cursor cursor = open()) {
      for (int i = 0; i < 40; i++) {
        List<PlannedCommit> batch =
            IntStream.range(i * 125, i * 125 + 125).mapToObj(this::planned).toList();
        cursor.plan(batch);
        cursor.sent(batch.stream().map(PlannedCommit::commit).toList());
        if (i % 2 == 0) {
          cursor.judged(batch.stream().map(PlannedCommit::commit).toList());
        }
        cursor.moved(NOW, Map.of("refs/heads/main", oid(i * 125)), Set.of(), Set.of());
        written = Math.max(written, Files.size(file()));
      }
    }
    assertThat(written).isLessThan(2_000_000);
    try (Cursor cursor = open()) {
      assertThat(cursor.pending()).isEmpty();
      assertThat(cursor.sentFor(Duration.ZERO)).hasSize(2_500);
      assertThat(IntStream.range(0, 5_000)).allMatch(i -> cursor.hasJob(oid(i)));
    }
  }

  @Test
  void fileIsRewrittenWhenMostLinesAreSuperseded() throws IOException {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1), planned(2), planned(3)));
      cursor.sent(List.of(id(2), id(3)));
      cursor.judged(List.of(id(3)));
      for (int i = 0; i < 3_000; i++) {
        cursor.moved(NOW, Map.of("refs/heads/main", oid(i)), Set.of(), Set.of());
      }
    }
    assertThat(Files.readAllLines(file())).hasSizeLessThan(1_100);
    try (Cursor cursor = open()) {
      assertThat(cursor.seen()).containsExactly(Map.entry("refs/heads/main", oid(2_999)));
      assertThat(cursor.pending()).containsExactly(planned(1));
      assertThat(cursor.sentFor(Duration.ZERO)).containsExactly(planned(2));
      assertThat(cursor.hasJob(oid(3))).isTrue();
    }
  }

  @Test
  void anUnwritableFolderIsReported() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> Cursor.open(file, "bottle", NOW))
        .isInstanceOf(CannotRunException.class)
        .hasMessageContaining("state " + file.resolve("bottle.journal"));
  }

  @Test
  void entriesAreParsedAsTheyAreWritten() {
    List<CursorEntry> entries = new ArrayList<>();
    entries.add(new CursorEntry.Opened(NOW));
    entries.add(new CursorEntry.Seen("refs/heads/ümläut", oid(1)));
    entries.add(new CursorEntry.Gone("refs/heads/x"));
    entries.add(new CursorEntry.Kept(oid(2)));
    entries.add(new CursorEntry.Pending(planned(3)));
    entries.add(new CursorEntry.Sent(id(4)));
    entries.add(new CursorEntry.Judged(id(5)));

    assertThat(entries.stream().map(entry -> CursorEntry.parse(entry.toString())))
        .containsExactlyElementsOf(entries);
  }

  @Test
  void itsFileIsNotForOtherUsers() throws IOException {
    try (Cursor cursor = open()) {
      cursor.plan(List.of(planned(1)));
    }
    assertThat(Files.getPosixFilePermissions(file()))
        .doesNotContain(PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_WRITE);
  }

  private Cursor open() {
    return Cursor.open(folder, "bottle", NOW);
  }

  private Path file() {
    return folder.resolve("bottle.journal");
  }

  private PlannedCommit planned(int number) {
    return new PlannedCommit(id(number), "refs/heads/main", "push", NOW);
  }

  private static CommitId id(int number) {
    return new CommitId("%040x".formatted(number));
  }

  private static ObjectId oid(int number) {
    return ObjectId.fromString(id(number).value());
  }
}
