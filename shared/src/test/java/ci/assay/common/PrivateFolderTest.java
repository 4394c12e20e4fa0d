package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {

  @TempDir Path folder;
  private final List<String> notices = new ArrayList<>();

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Path existing(String mode) throws IOException {
    Path made = Files.createDirectory(folder.resolve("made"));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(mode));
    return made;
  }

  @Test
  void aNewFolderIsForItsOwnerOnly() throws IOException {
    PrivateFolder.make(folder.resolve("a/b"));
    assertThat(mode(folder.resolve("a"))).isEqualTo("rwx------");
    assertThat(mode(folder.resolve("a/b"))).isEqualTo("rwx------");
  }

  @Test
  void othersLoseAccessToAFolderOfOurs() throws IOException {
    Path made = existing("rwxr-xr-x");
    Files.createFile(made.resolve("lock"));
    PrivateFolder.take(made, notices::add, "lock");
    assertThat(mode(made)).isEqualTo("rwxr-x---");
  }

  @Test
  void aGroupKeepsItsAccess() throws IOException {
    Path made = existing("rwxr-x---");
    PrivateFolder.take(made, notices::add, "lock");
    assertThat(mode(made)).isEqualTo("rwxr-x---");
  }

  @Test
  void aFolderForEverybodyKeepsItsMode() throws IOException {
    Path made = existing("rwxrwxrwx");
    Files.setAttribute(made, "unix:mode", (int) Files.getAttribute(made, "unix:mode") | 0x200);
    Files.createFile(made.resolve("lock"));
    PrivateFolder.take(made, notices::add, "lock");
    assertThat(mode(made)).isEqualTo("rwxrwxrwx");
  }

  @Test
  void aFolderThatIsNotOursKeepsItsMode() throws IOException {
    Path made = existing("rwxr-xr-x");
    Files.createFile(made.resolve("somebodys"));
    PrivateFolder.take(made, notices::add, "lock");
    assertThat(mode(made)).isEqualTo("rwxr-xr-x");
    assertThat(notices).singleElement().asString().contains("chmod o-rwx " + made);
  }
}
