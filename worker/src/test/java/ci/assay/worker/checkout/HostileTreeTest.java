package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.worker.folder.FileTree;
import ci.assay.worker.settings.CheckoutLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Malicious commits. */
@Timeout(120)
class HostileTreeTest {

  private static final int STACK = 512 * 1024;

  @TempDir Path folder;

  private TestRepository repository;
  private Repository mirror;

  @BeforeEach
  void open() throws Exception {
    repository = TestRepository.in(folder.resolve("repository.git"));
    mirror = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
  }

  @AfterEach
  void close() throws Exception {
    mirror.close();
    repository.close();
    FileTree.delete(folder); // JUnit would take minutes for folders as deep as these
  }

  @Test
  @Tag("long")
  void aThousandNestedFoldersAreCheckedOutWhereThatIsAllowed() throws Exception {
    CommitId commit = nested(1_000);
    Workspace workspace =
        workspace(new CheckoutLimits(10_000, 1 << 20, 2_000, Duration.ofHours(1)));
    Checkout checkout = inSmallStack(() -> workspace.checkout(mirror, commit));
    assertThat(inSmallStack(() -> workspace.writtenSince((in, file) -> true, 10))).isEmpty();
    Path deepest = checkout.tree();
    for (int i = 0; i < 1_000; i++) {
      deepest = deepest.resolve("d");
    }
    assertThat(deepest.resolve("file")).hasContent("x");
    Files.writeString(deepest.resolve("new"), "of a run");
    assertThat(inSmallStack(() -> workspace.writtenSince((in, file) -> true, 10))).hasSize(1);
    inSmallStack(() -> workspace.checkout(mirror, commit));
    assertThat(deepest.resolve("new")).doesNotExist();
    Files.delete(deepest.resolve("file"));
    inSmallStack(() -> workspace.checkout(mirror, commit));
    assertThat(deepest.resolve("file")).hasContent("x");
  }

  @Test
  @Tag("long")
  void foldersThatARunNestedDeeplyAreLookedAtAndRemoved() throws Exception {
    CommitId commit = nested(1);
    Workspace workspace = workspace(CheckoutLimits.DEFAULT);
    workspace.checkout(mirror, commit);
    String script = "perl -e 'for (1 .. 12000) { mkdir \"e\" or die; chdir \"e\" or die }'";
    assertThat(new ProcessBuilder("sh", "-c", script).directory(tree().toFile()).start().waitFor())
        .isZero();
    assertThat(inSmallStack(() -> workspace.writtenSince((in, file) -> true, 10))).isEmpty();
    inSmallStack(() -> workspace.checkout(mirror, commit));
    assertThat(tree().resolve("e")).doesNotExist();
  }

  @Test
  @Tag("long")
  void moreNestedFoldersThanAllowedAreRefusedByTheNameOfTheBound() throws Exception {
    assertRefused(nested(1_000), CheckoutLimits.DEFAULT, "--max-checkout-depth");
  }

  @Test
  void aTreeThatUnfoldsToTenToTheThirteenFilesIsRefusedAtOnce() throws Exception {
    ObjectId blob;
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'});
      ObjectId tree = fan(inserter, FileMode.REGULAR_FILE, blob);
      for (int i = 0; i < 12; i++) {
        tree = fan(inserter, FileMode.TREE, tree);
      }
      CommitId commit = commit(inserter, tree);
      assertRefused(commit, CheckoutLimits.DEFAULT, "--max-checkout-files");
      CheckoutLimits small = new CheckoutLimits(Long.MAX_VALUE, 1 << 20, 100, Duration.ofHours(1));
      assertRefused(commit, small, "--max-checkout-size");
    }
  }

  @Test
  void oneHugeFileIsRefusedBeforeItIsWritten() throws Exception {
    CommitId commit = repository.commit("big", java.util.Map.of("big", "x".repeat(2_000_000)));
    CheckoutLimits small = new CheckoutLimits(100, 1 << 20, 100, Duration.ofHours(1));
    assertRefused(commit, small, "--max-checkout-size");
  }

  @Test
  void thousandsOfSubmodulesCountAsEntries() throws Exception {
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      for (int i = 0; i < 3_000; i++) {
        tree.append("s%06d".formatted(i), FileMode.GITLINK, ObjectId.fromString("a".repeat(40)));
      }
      CommitId commit = commit(inserter, inserter.insert(tree));
      CheckoutLimits few = new CheckoutLimits(2_000, 1 << 20, 100, Duration.ofHours(1));
      assertRefused(commit, few, "--max-checkout-files");
    }
  }

  @Test
  void anUnknownModeIsRefused() throws Exception {
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'});
      byte[] head = "0 strange\0".getBytes(StandardCharsets.US_ASCII);
      byte[] raw = java.util.Arrays.copyOf(head, head.length + 20);
      blob.copyRawTo(raw, head.length);
      CommitId commit = commit(inserter, inserter.insert(Constants.OBJ_TREE, raw));
      assertRefused(commit, CheckoutLimits.DEFAULT, "unknown mode 0");
    }
  }

  @Test
  void aCheckoutThatTakesTooLongIsRefusedAndCleanedUp() throws Exception {
    CheckoutLimits hasty = new CheckoutLimits(100, 1 << 20, 100, Duration.ofNanos(1));
    assertRefused(repository.commit("a", java.util.Map.of("a", "1")), hasty, "--checkout-timeout");
  }

  private void assertRefused(CommitId commit, CheckoutLimits limits, String cause) {
    assertThatThrownBy(() -> inSmallStack(() -> workspace(limits).checkout(mirror, commit)))
        .isInstanceOf(RefusedCommitException.class)
        .hasMessageContaining(cause);
    assertThat(tree()).doesNotExist();
  }

  private CommitId nested(int depth) throws Exception {
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      TreeFormatter inner = new TreeFormatter();
      inner.append("file", FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, bytes("x")));
      ObjectId tree = inserter.insert(inner);
      for (int i = 0; i < depth; i++) {
        TreeFormatter outer = new TreeFormatter();
        outer.append("d", FileMode.TREE, tree);
        tree = inserter.insert(outer);
      }
      return commit(inserter, tree);
    }
  }

  private static ObjectId fan(ObjectInserter inserter, FileMode mode, ObjectId id)
      throws Exception {
    TreeFormatter tree = new TreeFormatter();
    for (int i = 0; i < 10; i++) {
      tree.append("e" + i, mode, id);
    }
    return inserter.insert(tree);
  }

  private static CommitId commit(ObjectInserter inserter, ObjectId tree) throws Exception {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    commit.setAuthor(new PersonIdent("a", "a@example.org"));
    commit.setCommitter(new PersonIdent("a", "a@example.org"));
    commit.setMessage("hostile");
    ObjectId id = inserter.insert(commit);
    inserter.flush();
    return new CommitId(id.name());
  }

  private Workspace workspace(CheckoutLimits limits) {
    return new IncrementalWorkspace(tree(), limits);
  }

  private Path tree() {
    return folder.resolve("slot/tree");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Runs a task with the stack size of a worker's threads. */
  private static <T> T inSmallStack(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    Thread thread = new Thread(null, future, "small stack", STACK);
    thread.start();
    try {
      return future.get();
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new AssertionError(e);
    }
  }
}
