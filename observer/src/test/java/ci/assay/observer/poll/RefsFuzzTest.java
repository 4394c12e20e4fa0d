package ci.assay.observer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.fuzz.Fuzz;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a ref leads to, the observer still finds what is pushed to other refs. */
@Tag("long")
@Timeout(300)
class RefsFuzzTest {

  @TempDir Path folder;

  private HandMadeRefs refs;
  private int commits;

  @BeforeEach
  void open() throws Exception {
    refs = HandMadeRefs.in(folder);
  }

  @AfterEach
  void close() {
    refs.close();
  }

  @Test
  void refs() throws Exception {
    ObjectId tree = refs.insert(Constants.OBJ_TREE, new byte[0]);
    String people = "author " + HandMadeRefs.WHO + "\ncommitter " + HandMadeRefs.WHO + "\n";
    String tip = refs.repository.commit("second", Map.of("a", "2")).value();
    refs.rig.poll();
    Fuzz.of("refs")
        .longest(20_000)
        .inputsOfShortForm(100)
        .mayLog()
        .mostBytes(256L << 20)
        .inputs(
            "C tree " + tree.name() + "\n" + people + "\nsubject\n",
            "C tree " + tree.name() + "\nparent " + tip + "\n" + people + "\nsubject\n",
            "T object " + tip + "\ntype commit\ntag t\ntagger " + HandMadeRefs.WHO + "\n\nt\n",
            "E 100644 a\0aaaaaaaaaaaaaaaaaaaa",
            "R " + tip + "\n",
            "R ref: refs/heads/main\n")
        .words("parent " + tip + "\n", "object ", "type blob\n", "ref: refs/heads/odd", "tree ")
        .run(
            input -> {
              place(input);
              CommitId good = refs.repository.commit("good", Map.of("a", "n" + ++commits));
              assertThat(refs.rig.poll()).contains(good);
            });
  }

  /** The first two bytes select what the rest is: a commit, a tag, an entry of a tree, or a ref. */
  private void place(byte[] input) throws Exception {
    byte[] rest = input.length < 2 ? input : java.util.Arrays.copyOfRange(input, 2, input.length);
    char kind = input.length == 0 ? 'C' : (char) input[0];
    if (kind == 'R') {
      refs.write("refs/heads/odd", rest);
    } else if (kind == 'T') {
      refs.point("refs/tags/odd", refs.insert(Constants.OBJ_TAG, rest));
    } else if (kind == 'E') {
      refs.point("refs/heads/odd", refs.commit(refs.insert(Constants.OBJ_TREE, rest)));
    } else {
      refs.point("refs/heads/odd", refs.insert(Constants.OBJ_COMMIT, rest));
    }
  }
}
