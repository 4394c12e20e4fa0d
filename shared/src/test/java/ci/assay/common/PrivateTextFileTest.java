package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateTextFileTest {

  @TempDir Path folder;
  private Path path;
  private PrivateTextFile<Integer> file;
  private final List<List<String>> parsed = new ArrayList<>();

  @BeforeEach
  void open() {
    path = folder.resolve("made/secrets");
    file = new PrivateTextFile<>(path, this::count);
  }

  private int count(List<String> lines) {
    parsed.add(lines);
    if (lines.contains("bad")) {
      throw new InvalidInputException("bad");
    }
    return lines.size();
  }

  @Test
  void onlyTheOwnerCanReadTheFileAndNoTemporaryFileIsLeft() throws Exception {
    file.replace(List.of("one"));
    file.replace(List.of("one", "two"));
    assertThat(path).content().isEqualTo("one\ntwo\n");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var inside = Files.list(folder.resolve("made"))) {
      assertThat(inside).containsExactly(path);
    }
  }

  @Test
  void aChangeTakesEffectAtOnceAndNothingIsParsedTwice() throws Exception {
    assertThat(file.content()).isZero();
    file.replace(List.of("one"));
    assertThat(file.content()).isOne();
    assertThat(file.content()).isOne();
    assertThat(parsed).containsExactly(List.of(), List.of("one"));
    new PrivateTextFile<>(path, List::size).replace(List.of("two")); // of the same length
    file.content();
    assertThat(parsed).hasSize(3);
    Files.delete(path);
    assertThat(file.content()).isZero();
  }

  @Test
  void unparsableContentIsRefusedEachTime() throws Exception {
    file.replace(List.of("bad"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(file::content).isInstanceOf(InvalidInputException.class);
    }
    file.replace(List.of("good"));
    assertThat(file.content()).isOne();
  }

  @Test
  void nothingIsLeftAfterAFailedWrite() throws Exception {
    Files.createDirectories(path.resolve("in-the-way"));
    assertThatThrownBy(() -> file.replace(List.of("one"))).isInstanceOf(IOException.class);
    try (var inside = Files.list(folder.resolve("made"))) {
      assertThat(inside).containsExactly(path);
    }
  }
}
