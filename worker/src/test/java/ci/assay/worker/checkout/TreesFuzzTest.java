package ci.assay.worker.checkout;

import static ci.assay.worker.checkout.HandMadeObjects.entry;
import static ci.assay.worker.checkout.HandMadeObjects.joined;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.fuzz.Bounds;
import ci.assay.testing.fuzz.Seeds;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees that no git wrote are checked out or refused, and leave the folder to itself. */
class TreesFuzzTest {

  private static final Bounds BOUNDS = HandMadeObjects.bounds();

  @TempDir static Path folder;
  private static HandMadeObjects objects;

  @BeforeAll
  static void open() throws Exception {
    objects = new HandMadeObjects(folder);
    Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("beside"), "mine");
  }

  @AfterAll
  static void close() {
    objects.close();
  }

  static Stream<Arguments> real() {
    ObjectId blob = objects.blob;
    ObjectId tree = objects.tree;
    return Stream.concat(
        Seeds.words(
            "40000 ", "100644 ", "120000 ", "160000 ", "..\0", ".git\0", "GIT~1\0", "/", "a/b\0"),
        Seeds.of(
            joined(entry("100644 a", blob), entry("40000 d", tree)),
            joined(entry("100755 run", blob), entry("120000 z", blob)),
            entry("160000 module", blob),
            entry("40000 deep", tree),
            entry("100644 ..", blob),
            entry("40000 .git", tree),
            entry("100644 a/../../b", blob),
            joined(entry("120000 a", blob), entry("40000 a", tree))));
  }

  @MethodSource("real")
  @FuzzTest
  void tree(byte[] input) throws Exception {
    BOUNDS.hold(
        input,
        () -> {
          objects.checkOut(objects.commit(objects.insert(Constants.OBJ_TREE, input)));
          assertThat(namesIn(folder.resolve("in"))).isSubsetOf("beside", "slot");
        });
  }

  private static List<String> namesIn(Path some) throws IOException {
    try (Stream<Path> files = Files.list(some)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
