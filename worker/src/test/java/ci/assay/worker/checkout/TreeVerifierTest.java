package ci.assay.worker.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.checkout.WrittenEntry.FileNode;
import ci.assay.worker.checkout.WrittenEntry.FolderNode;
import ci.assay.worker.folder.FileStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeVerifierTest {

  @TempDir Path folder;

  /** The clock of a file system ticks every few milliseconds, so equal times prove nothing. */
  @Test
  void aFileThatWasChangedInTheSameTickAsWeWroteItIsFoundByItsContent() throws IOException {
    FolderNode node = folderWith("file", "1111", idOf("0000"));
    long tick = FileStamp.of(folder.resolve("file")).changedNanos();
    assertThat(new TreeVerifier(tick).verify(folder, node)).isFalse();
    assertThat(folder).isEmptyDirectory();
    assertThat(node.children).isEmpty();
  }

  @Test
  void aFileThatIsTheSameStaysWithoutAndWithALook() throws IOException {
    FolderNode node = folderWith("file", "0000", idOf("0000"));
    long tick = FileStamp.of(folder.resolve("file")).changedNanos();
    assertThat(new TreeVerifier(tick).verify(folder, node)).isTrue();
    assertThat(new TreeVerifier(tick + TimeUnit.SECONDS.toNanos(1)).verify(folder, node)).isTrue();
    assertThat(folder.resolve("file")).hasContent("0000");
  }

  @Test
  void aLinkIsComparedByItsTarget() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("there"));
    FolderNode node = new FolderNode(null, FileStamp.of(folder));
    FileStamp stamp = FileStamp.of(folder.resolve("link"));
    node.children.put("link", new FileNode(FileMode.SYMLINK, idOf("there"), stamp, false));
    assertThat(new TreeVerifier(stamp.changedNanos()).verify(folder, node)).isTrue();
    node.children.put("link", new FileNode(FileMode.SYMLINK, idOf("here"), stamp, false));
    assertThat(new TreeVerifier(stamp.changedNanos()).verify(folder, node)).isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  private FolderNode folderWith(String name, String content, ObjectId id) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    FolderNode node = new FolderNode(null, FileStamp.of(folder));
    node.children.put(name, new FileNode(FileMode.REGULAR_FILE, id, FileStamp.of(file), false));
    return node;
  }

  private static ObjectId idOf(String content) {
    try (ObjectInserter.Formatter hasher = new ObjectInserter.Formatter()) {
      return hasher.idFor(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
    }
  }
}
