package ci.assay.worker.checkout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.worker.settings.CheckoutLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** Commits and trees that no git wrote, and a work tree that they are checked out to. */
final class HandMadeObjects implements AutoCloseable {

  static final String WHO = "a <a@example.org> 1767225600 +0000";

  private static final CheckoutLimits LIMITS =
      new CheckoutLimits(1_000, 1 << 20, 50, Duration.ofSeconds(10));

  final ObjectId blob;
  final ObjectId tree;
  private final TestRepository repository;
  private final Repository mirror;
  private final Workspace workspace;

  /**
   * @param folder in which the work tree is {@code in/slot/tree}
   */
  HandMadeObjects(Path folder) throws Exception {
    repository = TestRepository.in(folder.resolve("repository.git"));
    repository.commit("first", Map.of("a", "1", "b/c", "2"));
    mirror = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    workspace = new IncrementalWorkspace(folder.resolve("in/slot/tree"), LIMITS);
    blob = insert(Constants.OBJ_BLOB, "x".getBytes(UTF_8));
    tree = insert(Constants.OBJ_TREE, entry("100644 a", blob));
  }

  /** What is wrong with an object is its own fault; only one that is missing may come yet. */
  static Bounds bounds() {
    return Bounds.usual()
        .longest(20_000)
        .refusedBy(RefusedCommitException.class)
        .refusedBy(MissingObjectException.class);
  }

  void checkOut(ObjectId commit) throws Exception {
    workspace.checkout(mirror, new CommitId(commit.name()));
  }

  ObjectId commit(ObjectId of) throws IOException {
    String text = "tree %s\nauthor %s\ncommitter %s\n\nodd\n".formatted(of.name(), WHO, WHO);
    return insert(Constants.OBJ_COMMIT, text.getBytes(UTF_8));
  }

  ObjectId insert(int type, byte[] content) throws IOException {
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    }
  }

  static byte[] entry(String modeAndName, ObjectId id) {
    byte[] raw = new byte[20];
    id.copyRawTo(raw, 0);
    return joined((modeAndName + "\0").getBytes(UTF_8), raw);
  }

  static byte[] joined(byte[] one, byte[] other) {
    return (new String(one, ISO_8859_1) + new String(other, ISO_8859_1)).getBytes(ISO_8859_1);
  }

  @Override
  public void close() {
    mirror.close();
    repository.close();
  }
}
