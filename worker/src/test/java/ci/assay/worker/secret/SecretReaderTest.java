package ci.assay.worker.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.settings.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SecretReaderTest {

  private static final SecretSource.Scope ALL =
      new SecretSource.Scope(List.of("*"), List.of(), List.of());

  @TempDir Path folder;

  private final SecretReader reader = new SecretReader(Duration.ofSeconds(2));

  @Test
  void aFileIsReadWithoutTheLineEndAtItsEnd() throws Exception {
    assertThat(reader.read(inFile("two\nlines \r\n", "rw-------"))).isEqualTo("two\nlines ");
    assertThat(reader.read(inFile("säcret-1", "r--------"))).isEqualTo("säcret-1");
  }

  @ParameterizedTest
  @CsvSource({
    "12345678, rw-r-----, 'and others may read it; say chmod 600'",
    "1234567, rw-------, 'has 7 characters, too few to be masked; use at least 8'",
    "'', rw-------, has 0 characters",
  })
  void aFileThatIsReadableForOthersOrTooShortIsRefused(String text, String mode, String why)
      throws Exception {
    SecretSource source = inFile(text, mode);
    assertThatThrownBy(() -> reader.read(source))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("12345678");
  }

  @Test
  void filesThatAreNotThereNotTextOrTooLongAreRefused() throws Exception {
    SecretSource missing = source(new SecretSource.InFile(folder.resolve("none")));
    assertThatThrownBy(() -> reader.read(missing)).hasMessageContaining("is not there; write");
    SecretSource long1 = inFile("x".repeat(8193), "rw-------");
    assertThatThrownBy(() -> reader.read(long1)).hasMessageContaining("more than 8192 bytes");
    SecretSource zero = inFile("12345678\0", "rw-------");
    assertThatThrownBy(() -> reader.read(zero)).hasMessageContaining("is not text; give it in");
    Path outside =
        Files.writeString(folder.resolve("../" + folder.getFileName() + "x"), "12345678");
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
    assertThatThrownBy(() -> reader.read(source(new SecretSource.InFile(link))))
        .hasMessageContaining("a link out of its folder");
    Files.delete(outside);
  }

  @Test
  void aCommandGivesWhatItPrints() throws Exception {
    assertThat(reader.read(byCommand("cat; echo pass; echo 'words 2'; echo no >&2")))
        .isEqualTo("pass\nwords 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo s3cret12; exit 4 | its command ends with exit code 4; try it as the worker's user",
        "yes s3cret12 | its command prints more than 8192 bytes",
        "echo s3cret12; sleep 60 | its command takes longer than 2 s; perhaps it asks for a password",
        "true | has 0 characters",
      })
  void aCommandThatFailsOrGoesOnIsEndedAndRefused(String command, String why) {
    assertThatThrownBy(() -> reader.read(byCommand(command)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("s3cret12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CI", "ASSAY_X", "PATH", "A-B", "", "1A"})
  void namesThatCannotBeVariablesAreRefused(String name) {
    assertThatThrownBy(() -> new SecretSource(name, new SecretSource.ByCommand("x", null), ALL))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'" + name + "' cannot be the name of a secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/token", "/token", "/usr/local/etc/x/token", "/proc/self/fd/3"})
  void aFolderThatRunsNeedIsRefused(String file) {
    assertThatThrownBy(() -> new SecretSource.InFile(Path.of(file)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("put it into one of its own, such as /etc/assay/secrets");
  }

  private SecretSource inFile(String text, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return source(new SecretSource.InFile(file));
  }

  private static SecretSource byCommand(String command) {
    return source(new SecretSource.ByCommand(command, null));
  }

  private static SecretSource source(SecretSource.Origin origin) {
    return new SecretSource("TOKEN", origin, ALL);
  }
}
