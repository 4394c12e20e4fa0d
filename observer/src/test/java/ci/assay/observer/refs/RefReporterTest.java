package ci.assay.observer.refs;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.Topology;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.observer.state.ListSequence;
import ci.assay.testing.TestRepository;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefReporterTest {

  private static final Instant START = Instant.parse("2026-11-23T01:02:03.456Z");
  private static final Duration REPEAT = Duration.ofMinutes(5);

  @TempDir Path folder;
  private TestRepository git;
  private FileRepository objects;
  private Instant now = START;
  private long nanos;
  private CompletableFuture<Void> confirm = CompletableFuture.completedFuture(null);
  private final List<OutgoingMessage> published = new ArrayList<>();
  private RefReporter reporter;

  @BeforeEach
  void open() throws IOException {
    git = TestRepository.in(folder.resolve("bottle.git"));
    objects = new FileRepository(git.path().toFile());
    reporter = newReporter();
  }

  @AfterEach
  void close() {
    objects.close();
    git.close();
  }

  @Test
  void listIsSentAtTheStartAfterAMoveAndAtIntervals() throws Exception {
    CommitId one = git.commit("one", Map.of("a", "1"));
    look();
    look();
    assertThat(told()).containsExactly(list(START, Map.of(TestRepository.MAIN, one)));
    assertThat(published.get(0).exchange()).isEqualTo(Topology.JOBS);
    assertThat(Files.getPosixFilePermissions(folder.resolve("state/bottle")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));

    git.branch("topic", one);
    look();
    now = now.plusSeconds(60);
    git.delete("refs/heads/topic");
    look();
    look();
    assertThat(told()).hasSize(3);
    assertThat(told().get(1).refs()).containsOnlyKeys(TestRepository.MAIN, "refs/heads/topic");
    assertThat(told().get(2).refs()).containsOnlyKeys(TestRepository.MAIN);
    assertThat(told()).extracting(RefTips::sequence).isSorted().doesNotHaveDuplicates();

    nanos += REPEAT.toNanos();
    look();
    look();
    assertThat(told()).hasSize(4);
    assertThat(told().get(3)).as("the same list").isEqualTo(told().get(2));
  }

  @Test
  void numbersGrowAfterTheClockIsSetBackAndAfterARestart() {
    git.commit("one", Map.of("a", "1"));
    look();
    now = START.minus(Duration.ofDays(1));
    reporter = newReporter();
    look();
    assertThat(told())
        .extracting(RefTips::sequence)
        .containsExactly(START.toEpochMilli(), START.toEpochMilli() + 1);
  }

  @Test
  void numbersGrowAfterTheirFileIsLost() throws Exception {
    git.commit("one", Map.of("a", "1"));
    look();
    Files.writeString(folder.resolve("state/bottle"), "nonsense");
    now = now.plusSeconds(1);
    reporter = newReporter();
    look();
    assertThat(told()).extracting(RefTips::sequence).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whileTheBrokerIsAwayOneListWaitsAndTheNextPollSendsTheRest() {
    CompletableFuture<Void> away = new CompletableFuture<>();
    confirm = away;
    CommitId one = git.commit("one", Map.of("a", "1"));
    look();
    git.commit("two", Map.of("a", "2"));
    look();
    git.move(TestRepository.MAIN, one);
    CommitId three = git.commit("three", Map.of("a", "3"));
    look();
    assertThat(told()).hasSize(1);
    away.complete(null);
    look();
    assertThat(told()).hasSize(2);
    assertThat(told().get(1).refs()).containsEntry(TestRepository.MAIN, three);
  }

  @Test
  void annotatedTagIsSentWithItsCommitAndATagOfAFileIsLeftOut() {
    CommitId one = git.commit("one", Map.of("a", "1"));
    git.tag("v1", one);
    git.move("refs/tags/blob", new CommitId(git.git("rev-parse", "main:a")));
    look();
    assertThat(told().get(0).refs())
        .isEqualTo(Map.of(TestRepository.MAIN, one, "refs/tags/v1", one));
    assertThat(told().get(0).more()).isZero();
  }

  /** For example when the refs were read but the fetch failed. */
  @Test
  void tagIsSentOnceItIsFetched() throws Exception {
    CommitId one = git.commit("one", Map.of("a", "1"));
    git.tag("v1", one);
    String tag = git.git("rev-parse", "v1");
    Path object = git.path().resolve("objects/" + tag.substring(0, 2) + "/" + tag.substring(2));
    Path away = folder.resolve("away");
    Files.move(object, away);
    Map<String, ObjectId> refs =
        Map.of(
            TestRepository.MAIN,
            ObjectId.fromString(one.value()),
            "refs/tags/v1",
            ObjectId.fromString(tag));
    reporter.observed(refs);
    reporter.observed(refs);
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).refs()).containsOnlyKeys(TestRepository.MAIN);

    Files.move(away, object);
    reporter.observed(refs);
    reporter.observed(refs);
    assertThat(told()).hasSize(2);
    assertThat(told().get(1).refs()).containsEntry("refs/tags/v1", one);
  }

  @Test
  void tooManyRefsForOneMessageAreCutAndCounted() {
    CommitId one = git.commit("one", Map.of("a", "1"));
    ObjectId id = ObjectId.fromString(one.value());
    Map<String, ObjectId> refs = new TreeMap<>();
    for (int n = 0; n < 20_000; n++) {
      refs.put("refs/heads/a-branch-with-quite-a-long-\"name\"-é-" + n, id);
      refs.put("refs/aaa/before-the-branches-by-name-" + n, id);
    }
    reporter.observed(refs);
    RefTips list = told().get(0);
    assertThat(list.refs().size() + list.more()).isEqualTo(40_000);
    assertThat(list.refs().keySet())
        .hasSizeGreaterThan(5_000)
        .allMatch(ref -> ref.startsWith("refs/heads/"));
    assertThat(published.get(0).body().length)
        .isBetween(Codec.MAX_REFS_BYTES * 9 / 10, Codec.MAX_REFS_BYTES);
  }

  private RefReporter newReporter() {
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now;
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    return new RefReporter(
        "bottle",
        objects,
        ListSequence.open(folder.resolve("state"), "bottle"),
        message -> {
          published.add(message);
          return confirm;
        },
        new RefReporter.Timing(REPEAT, clock, () -> nanos));
  }

  private void look() {
    Map<String, ObjectId> refs = new TreeMap<>();
    try {
      for (Ref ref : objects.getRefDatabase().getRefsByPrefix("refs/")) {
        refs.put(ref.getName(), ref.getObjectId());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reporter.observed(refs);
  }

  private List<RefTips> told() {
    return published.stream().map(each -> Codec.decode(each.body(), RefTips.class)).toList();
  }

  private static RefTips list(Instant at, Map<String, CommitId> refs) {
    return new RefTips("bottle", at.toEpochMilli(), refs, 0, at);
  }
}
