package ci.assay.observer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a ref leads to, the observer still finds what is pushed to other refs. */
@Tag("long")
class RefsFuzzTest {

  private static final Bounds BOUNDS =
      Bounds.usual().longest(20_000).mayLog().mostBytes(256L << 20);

  @TempDir static Path folder;
  private static HandMadeRefs refs;
  private static int commits;

  @BeforeAll
  static void open() throws Exception {
    refs = HandMadeRefs.in(folder);
  }

  @AfterAll
  static void close() {
    refs.close();
  }

  static Stream<Arguments> real() throws Exception {
    ObjectId tree = refs.insert(Constants.OBJ_TREE, new byte[0]);
    String people = "author " + HandMadeRefs.WHO + "\ncommitter " + HandMadeRefs.WHO + "\n";
    String tip = refs.repository.commit("second", Map.of("a", "2")).value();
    return Stream.concat(
        Seeds.words("parent " + tip, "object ", "type blob", "ref: refs/heads/odd", "tree "),
        Seeds.of(
            "C tree " + tree.name() + "\n" + people + "\nsubject\n",
            "C tree " + tree.name() + "\nparent " + tip + "\n" + people + "\nsubject\n",
            "C tree " + tree.name() + "\nparent " + "c".repeat(40) + "\n" + people + "\nsubject\n",
            "C tree " + tree.name() + "\n\n",
            "C parent " + tip + "\n",
            "T object " + tip + "\ntype commit\ntag t\ntagger " + HandMadeRefs.WHO + "\n\nt\n",
            "T object " + tip + "\ntype blob\ntag t\n\nt\n",
            "E 100644 a\0aaaaaaaaaaaaaaaaaaaa",
            "E 0 a\0aaaaaaaaaaaaaaaaaaaa",
            "R " + tip + "\n",
            "R " + "0".repeat(40) + "\n",
            "R ref: refs/heads/main\n",
            "R ref: refs/heads/odd\n",
            "R " + "x".repeat(10_000)));
  }

  @MethodSource("real")
  @FuzzTest
  void ref(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          place(input);
          CommitId good = refs.repository.commit("good", Map.of("a", "n" + ++commits));
          assertThat(refs.rig.poll()).contains(good);
        });
  }

  /** The first two bytes select what the rest is: a commit, a tag, an entry of a tree, or a ref. */
  private void place(byte[] input) throws Exception {
    byte[] rest = input.length < 2 ? input : Arrays.copyOfRange(input, 2, input.length);
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
