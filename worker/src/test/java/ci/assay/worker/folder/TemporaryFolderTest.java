package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemporaryFolderTest {

  @TempDir Path folder;

  private TemporaryFolder temporary;

  @BeforeEach
  void make() throws Exception {
    temporary = new TemporaryFolder(folder.resolve("tmp"));
    temporary.prepare();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ": > f",
        "mkdir -p a/b; : > a/b/f; chmod 0 a/b a",
        "ln -s /nowhere link; ln -s . here",
        "i=0; while [ $i -lt 100 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done"
      })
  void folderThatARunWroteToIsEmptiedAndStaysTheSame(String script) throws Exception {
    Object key = key();
    // while it is open, no other folder gets its number
    try (DirectoryStream<Path> open = Files.newDirectoryStream(temporary.path())) {
      for (boolean isCleared : new boolean[] {true, false}) {
        run(script);
        if (isCleared) {
          temporary.clear();
          assertThat(temporary.path()).isEmptyDirectory();
        }
        temporary.prepare();
        assertThat(temporary.path()).isEmptyDirectory();
        assertThat(key()).as("cleared: %s", isCleared).isEqualTo(key);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chmod 700 .",
        "chmod g+s .",
        ": > f; chmod 1777 .",
        "mv ../tmp ../away; ln -s away ../tmp",
        "mv ../tmp ../away; mkdir ../tmp",
        "rm -rf ../tmp; : > ../tmp",
        "rm -rf ../tmp",
        // a default ACL: user::---, group::---, other::---
        ": > f; python3 -c 'import os, struct; e = lambda tag: struct.pack(\"<HHI\", tag, 0, 0xffffffff);"
            + " os.setxattr(\".\", \"system.posix_acl_default\", struct.pack(\"<I\", 2) + e(1) + e(4) + e(32))'"
      })
  void folderThatARunMadeAnotherOfIsMadeAnew(String script) throws Exception {
    int mode = FileStamp.of(temporary.path()).mode();
    run(script);
    temporary.clear();
    temporary.prepare();
    assertThat(temporary.path()).isEmptyDirectory();
    assertThat(Files.isDirectory(temporary.path(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(FileStamp.of(temporary.path()).mode()).isEqualTo(mode);
    Path inside = Files.createDirectory(temporary.path().resolve("inside"));
    assertThat(FileStamp.of(inside).mode()).isEqualTo(mode);
  }

  @Tag("root")
  @ParameterizedTest
  @ValueSource(strings = {"mount --bind . ../tmp; : > f", "mount -t tmpfs none ../tmp"})
  void nothingIsDeletedBehindAMount(String script) throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      run(": > before; " + script);
      assertThatThrownBy(() -> temporary.clear())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("something is mounted there");
    }
  }

  @Tag("root")
  @Test
  void whatCannotBeDeletedIsSaid() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      run("mkdir d; : > d/f; chattr +i d/f");
      assertThatThrownBy(() -> temporary.clear()).hasMessageContaining("d/f: cannot be deleted");
    }
  }

  private void run(String script) throws Exception {
    assertThat(Undeletable.shell(temporary.path(), script)).as(script).isZero();
  }

  private Object key() throws IOException {
    return Files.getAttribute(temporary.path(), "unix:ino");
  }
}
