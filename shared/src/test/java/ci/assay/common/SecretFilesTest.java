package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

  @TempDir Path folder;

  @Test
  void theLineBreakAtTheEndIsNotPartOfThePassword() throws IOException {
    assertThat(read("sesame\n")).isEqualTo("sesame");
    assertThat(read("sesame\r\n")).isEqualTo("sesame");
    assertThat(read(" two words ")).isEqualTo(" two words ");
  }

  @Test
  void aPipeIsReadToo() throws IOException {
    try (NamedPipe pipe = NamedPipe.with(folder, "sesame\n")) {
      assertThat(SecretFiles.read(pipe.path(), "--broker-password-file")).isEqualTo("sesame");
    }
  }

  @Test
  void theMessageAboutABadPasswordDoesNotContainIt() {
    assertWrong("", "--x: '" + folder.resolve("file") + "' is empty; write the password into it");
    assertWrong("\n", "is empty");
    assertWrong("user\nsesame\n", "has more than one line");
    assertWrong("a".repeat(70_000), "has more than 65536 bytes");
    assertThatThrownBy(() -> SecretFiles.read(folder.resolve("nowhere"), "--x"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nowhere' is not there");
    assertThatThrownBy(() -> SecretFiles.read(folder, "--x"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void systemdsCredentialIsFoundByTheVariablesName() throws IOException {
    Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());
    assertThat(SecretFiles.brought(environment::get, "ASSAY_TOKEN")).isNull();

    Path file = Files.writeString(folder.resolve("assay_token"), "sesame");

    assertThat(SecretFiles.brought(environment::get, "ASSAY_TOKEN")).isEqualTo(file);
    assertThat(SecretFiles.brought(Map.<String, String>of()::get, "ASSAY_TOKEN")).isNull();
  }

  private String read(String content) throws IOException {
    return SecretFiles.read(Files.writeString(folder.resolve("file"), content), "--x");
  }

  private void assertWrong(String content, String says) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(says)
        .hasMessageNotContainingAny("sesame", "aaaa");
  }
}
