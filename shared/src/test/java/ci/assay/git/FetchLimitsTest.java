package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits on what is fetched from a repository, which everybody who can push can make large. */
@Timeout(60)
class FetchLimitsTest {

  private static final List<String> BRANCHES = List.of("refs/heads/*");

  @TempDir Path folder;

  private TestRepository git;

  @BeforeEach
  void open() {
    git = TestRepository.in(folder.resolve("bottle.git"));
  }

  @AfterEach
  void close() {
    git.close();
  }

  @Test
  void aRepositoryWithTooManyRefsIsNotRead() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    Path refs = git.path().resolve("packed-refs");
    StringBuilder packed = new StringBuilder("# pack-refs with: peeled fully-peeled sorted \n");
    for (int i = 0; i < 20_000; i++) {
      packed.append("%s refs/heads/b%06d%n".formatted(first.value(), i));
    }
    Files.writeString(refs, packed);
    FetchLimits few = new FetchLimits(20_000, 1 << 20, Duration.ofMinutes(1));
    refused("--max-refs", few, mirror -> () -> mirror.remoteRefs(BRANCHES));
    try (MirrorStore store =
        new MirrorStore(
            folder.resolve("m"), new FetchLimits(20_001, 1 << 20, Duration.ofMinutes(1)))) {
      assertThat(store.mirrorOf(git.asRepository("bottle")).remoteRefs(BRANCHES)).hasSize(20_001);
    }
  }

  @Test
  void moreBytesThanTheLimitAreNotFetched() throws Exception {
    CommitId small = git.commit("small", Map.of("a", "1"));
    CommitId large = git.commit("large", Map.of("noise", noise(200_000)));
    FetchLimits little = new FetchLimits(100, 50_000, Duration.ofMinutes(1));
    refused(
        "--max-fetch-size",
        little,
        mirror ->
            () -> {
              mirror.fetch(List.of(id(small)));
              mirror.fetch(List.of(id(large)));
            });
  }

  @Test
  void aFetchThatTakesTooLongIsEnded() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    refused(
        "--fetch-timeout",
        new FetchLimits(100, 1 << 20, Duration.ofNanos(1)),
        mirror -> () -> mirror.fetch(List.of(id(first))));
  }

  private interface Act {
    ThrowingCallable on(Mirror mirror);
  }

  /** Checks the refusal for a repository on this machine and for one over HTTP. */
  private void refused(String option, FetchLimits limits, Act act) throws Exception {
    try (GitHttpServer server = new GitHttpServer(folder, null);
        MirrorStore store = new MirrorStore(folder.resolve("mirrors"), limits)) {
      for (String url : List.of(git.path().toString(), server.url("bottle.git"))) {
        Mirror mirror = store.mirrorOf(new Repository("bottle", url));
        assertThatThrownBy(act.on(mirror))
            .as(url)
            .isInstanceOf(GitException.class)
            .hasMessageContaining(option)
            .message()
            .doesNotContain("\n");
        assertThat(mirror.folder().resolve("objects/pack"))
            .isDirectoryNotContaining("glob:**incoming_*");
      }
    }
  }

  private static String noise(int length) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) (' ' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static ObjectId id(CommitId commit) {
    return ObjectId.fromString(commit.value());
  }
}
