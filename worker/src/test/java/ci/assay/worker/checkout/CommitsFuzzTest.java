package ci.assay.worker.checkout;

import static ci.assay.worker.checkout.HandMadeObjects.WHO;

import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits that no git wrote are checked out or refused. */
class CommitsFuzzTest {

  private static final Bounds BOUNDS = HandMadeObjects.bounds();

  @TempDir static Path folder;
  private static HandMadeObjects objects;

  @BeforeAll
  static void open() throws Exception {
    objects = new HandMadeObjects(folder);
  }

  @AfterAll
  static void close() {
    objects.close();
  }

  static Stream<Arguments> real() {
    String head = "tree " + objects.tree.name() + "\n";
    String people = "author " + WHO + "\ncommitter " + WHO + "\n";
    return Stream.concat(
        Seeds.words("tree ", "parent ", "author ", "committer ", "encoding ", "<", ">", "+9999"),
        Seeds.of(
            head + people + "\nsubject\n\nbody\n",
            head + "parent " + "c".repeat(40) + "\n" + people + "encoding latin-1\n\nsubject\n",
            head + people + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END\n\nsigned\n",
            head + ("parent " + "c".repeat(40) + "\n").repeat(400) + people + "\nsubject\n"));
  }

  @MethodSource("real")
  @FuzzTest
  void commit(byte[] input) throws Exception {
    BOUNDS.hold(input, () -> objects.checkOut(objects.insert(Constants.OBJ_COMMIT, input)));
  }
}
