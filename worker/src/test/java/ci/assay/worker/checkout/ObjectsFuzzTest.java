package ci.assay.worker.checkout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import ci.assay.testing.fuzz.Fuzz;
import ci.assay.worker.settings.CheckoutLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits and trees that git would not write are checked out or refused, and nothing is written
 * outside of the folder.
 */
@Tag("long")
@Timeout(300)
class ObjectsFuzzTest {

  private static final String WHO = "a <a@example.org> 1767225600 +0000";
  private static final CheckoutLimits LIMITS =
      new CheckoutLimits(1_000, 1 << 20, 50, Duration.ofSeconds(10));

  @TempDir Path folder;

  private TestRepository repository;
  private Repository mirror;
  private Workspace workspace;
  private ObjectId blob;
  private ObjectId tree;

  @BeforeEach
  void open() throws Exception {
    repository = TestRepository.in(folder.resolve("repository.git"));
    repository.commit("first", Map.of("a", "1", "b/c", "2"));
    mirror = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    workspace = new IncrementalWorkspace(folder.resolve("in/slot/tree"), LIMITS);
    blob = insert(Constants.OBJ_BLOB, "x".getBytes(UTF_8));
    tree = insert(Constants.OBJ_TREE, entry("100644 a", blob));
  }

  @AfterEach
  void close() throws Exception {
    mirror.close();
    repository.close();
  }

  @Test
  void trees() throws Exception {
    Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("beside"), "mine");
    byte[] two = joined(entry("100755 run", blob), entry("120000 z", blob));
    fuzz("trees")
        .inputs(
            joined(entry("100644 a", blob), entry("40000 d", tree)),
            two,
            entry("160000 module", blob),
            entry("40000 deep", tree))
        .words("40000 ", "100644 ", "120000 ", "160000 ", "..\0", ".git\0", "GIT~1\0", "/", "a/b\0")
        .run(
            input -> {
              check(commit(insert(Constants.OBJ_TREE, input)));
              assertThat(namesIn(folder.resolve("in"))).isSubsetOf("beside", "slot");
            });
  }

  @Test
  void commits() throws Exception {
    String head = "tree " + tree.name() + "\n";
    String people = "author " + WHO + "\ncommitter " + WHO + "\n";
    fuzz("commits")
        .inputs(
            head + people + "\nsubject\n\nbody\n",
            head + "parent " + "c".repeat(40) + "\n" + people + "encoding latin-1\n\nsubject\n",
            head + people + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END\n\nsigned\n")
        .words("tree ", "parent ", "author ", "committer ", "encoding ", "<", ">", "+9999")
        .run(input -> check(insert(Constants.OBJ_COMMIT, input)));
  }

  /** An invalid object is the commit's fault; only for a missing one another try may help. */
  private static Fuzz fuzz(String name) {
    return Fuzz.of(name)
        .longest(20_000)
        .inputsOfShortForm(200)
        .refusedBy(RefusedCommitException.class)
        .refusedBy(MissingObjectException.class);
  }

  private void check(ObjectId commit) throws Exception {
    workspace.checkout(mirror, new CommitId(commit.name()));
  }

  private static List<String> namesIn(Path some) throws IOException {
    try (Stream<Path> files = Files.list(some)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private ObjectId commit(ObjectId of) throws IOException {
    String text = "tree %s\nauthor %s\ncommitter %s\n\nodd\n".formatted(of.name(), WHO, WHO);
    return insert(Constants.OBJ_COMMIT, text.getBytes(UTF_8));
  }

  private static byte[] entry(String modeAndName, ObjectId id) {
    byte[] raw = new byte[20];
    id.copyRawTo(raw, 0);
    return joined((modeAndName + "\0").getBytes(UTF_8), raw);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return (new String(one, ISO_8859_1) + new String(other, ISO_8859_1)).getBytes(ISO_8859_1);
  }

  private ObjectId insert(int type, byte[] content) throws IOException {
    try (ObjectInserter inserter = mirror.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    }
  }
}
