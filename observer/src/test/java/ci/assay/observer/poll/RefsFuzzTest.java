package ci.assay.observer.poll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.testing.TestRepository;
import ci.assay.testing.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

/** Whatever a ref leads to, the observer goes on to see what is pushed to the others. */
@Tag("long")
@Timeout(300)
class RefsFuzzTest {

  private static final String WHO = "a <a@example.org> 1767225600 +0000";

  @TempDir Path folder;

  private TestRepository repository;
  private Repository git;
  private PollerRig rig;
  private int commits;

  @BeforeEach
  void open() throws Exception {
    repository = TestRepository.in(folder.resolve("repository.git"));
    git = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    repository.commit("first", Map.of("a", "1"));
    rig =
        new PollerRig(
            folder.resolve("state"),
            PollerRig.watching(
                repository.asRepository("bottle"),
                CommitSelection.EVERY,
                1,
                "refs/heads/*",
                "refs/tags/*"));
    rig.poll();
  }

  @AfterEach
  void close() {
    rig.close();
    git.close();
    repository.close();
  }

  @Test
  void refs() throws Exception {
    ObjectId tree = insert(Constants.OBJ_TREE, new byte[0]);
    String people = "author " + WHO + "\ncommitter " + WHO + "\n";
    String tip = repository.commit("second", Map.of("a", "2")).value();
    rig.poll();
    Fuzz.of("refs")
        .longest(20_000)
        .inputsOfShortForm(100)
        .mayLog()
        .mostBytes(256L << 20)
        .inputs(
            "C tree " + tree.name() + "\n" + people + "\nsubject\n",
            "C tree " + tree.name() + "\nparent " + tip + "\n" + people + "\nsubject\n",
            "T object " + tip + "\ntype commit\ntag t\ntagger " + WHO + "\n\nt\n",
            "E 100644 a\0aaaaaaaaaaaaaaaaaaaa",
            "R " + tip + "\n",
            "R ref: refs/heads/main\n")
        .words("parent " + tip + "\n", "object ", "type blob\n", "ref: refs/heads/odd", "tree ")
        .run(
            input -> {
              place(input);
              CommitId good = repository.commit("good", Map.of("a", "n" + ++commits));
              assertThat(rig.poll()).contains(good);
            });
  }

  /** The first two bytes say what the rest is: a commit, a tag, an entry of a tree, or a ref. */
  private void place(byte[] input) throws Exception {
    byte[] rest = input.length < 2 ? input : java.util.Arrays.copyOfRange(input, 2, input.length);
    char kind = input.length == 0 ? 'C' : (char) input[0];
    if (kind == 'R') {
      write("refs/heads/odd", rest);
    } else if (kind == 'T') {
      write("refs/tags/odd", line(insert(Constants.OBJ_TAG, rest)));
    } else if (kind == 'E') {
      ObjectId tree = insert(Constants.OBJ_TREE, rest);
      String commit = "tree %s\nauthor %s\ncommitter %s\n\nodd\n".formatted(tree.name(), WHO, WHO);
      write("refs/heads/odd", line(insert(Constants.OBJ_COMMIT, commit.getBytes(UTF_8))));
    } else {
      write("refs/heads/odd", line(insert(Constants.OBJ_COMMIT, rest)));
    }
  }

  private static byte[] line(ObjectId id) {
    return (id.name() + "\n").getBytes(UTF_8);
  }

  private void write(String ref, byte[] content) throws Exception {
    Path file = repository.path().resolve(ref);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private ObjectId insert(int type, byte[] content) throws Exception {
    try (ObjectInserter inserter = git.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    }
  }
}
