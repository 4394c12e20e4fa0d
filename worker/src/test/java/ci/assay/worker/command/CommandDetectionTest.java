package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandDetectionTest {

  @TempDir Path tree;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pom.xml | mvn -B -ntp test",
        "pom.xml mvnw | sh ./mvnw -B -ntp test",
        "build.gradle | gradle --no-daemon --console=plain test",
        "build.gradle.kts gradlew | sh ./gradlew --no-daemon --console=plain test",
        "go.mod | go test ./...",
        "Cargo.toml | cargo test",
        "pytest.ini | python3 -m pytest",
        "tests/conftest.py | python3 -m pytest",
        "tests/test_a.py | python3 -m unittest discover -s tests",
        "tests/test_a.py tests/__init__.py | python3 -m unittest discover -s tests -t .",
        "test/test_a.py | python3 -m unittest discover -s test",
        "test/helper.py Makefile README | ",
        "pom.xml go.mod test/test_a.py | mvn -B -ntp test",
      })
  void knowsAProjectByItsFiles(String files, String command) throws IOException {
    for (String file : files.split(" ", -1)) {
      write(file, "");
    }
    assertThat(CommandDetection.commandFor(tree).orElse(null)).isEqualTo(command);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "pyproject.toml | [tool.pytest.ini_options] | python3 -m pytest",
        "setup.cfg | [tool:pytest] | python3 -m pytest",
        "tox.ini | [pytest] | python3 -m pytest",
        "pyproject.toml | [tool.black] | ",
        "Makefile | test: all | make test",
        "Makefile | test := all | ",
        "Makefile | .PHONY: test | ",
        "GNUmakefile | test:: | make test",
        "package.json | {\"scripts\":{\"test\":\"jest\"}} | npm install && npm test",
        "package.json | {\"scripts\":{\"build\":\"tsc\"}} | ",
        "package.json | {\"scripts\":{\"test\":\"echo \\\"Error: no test specified\\\" && exit 1\"}} | ",
        "package.json | {not json | ",
      })
  void readsTheFileWhereItsNameIsNotEnough(String file, String content, String command)
      throws IOException {
    write(file, content + "\n");
    assertThat(CommandDetection.commandFor(tree).orElse(null)).isEqualTo(command);
  }

  @ParameterizedTest
  @CsvSource({
    "package-lock.json, npm ci && npm test",
    "yarn.lock, yarn install --frozen-lockfile && yarn test",
    "pnpm-lock.yaml, pnpm install --frozen-lockfile && pnpm test"
  })
  void takesThePackageManagerWhoseLockFileIsThere(String lock, String command) throws IOException {
    write("package.json", "{\"scripts\":{\"test\":\"jest\"}}");
    write(lock, "");
    assertThat(CommandDetection.commandFor(tree)).contains(command);
  }

  @Test
  void anExecutableWrapperIsRunAsItIs() throws IOException {
    write("pom.xml", "");
    write("mvnw", "");
    Files.setPosixFilePermissions(
        tree.resolve("mvnw"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(CommandDetection.commandFor(tree)).contains("./mvnw -B -ntp test");
  }

  @Test
  void aFolderNamedLikeAProjectFileIsNone() throws IOException {
    Files.createDirectories(tree.resolve("pom.xml"));
    assertThat(CommandDetection.commandFor(tree)).isEmpty();
  }

  private void write(String file, String content) throws IOException {
    Path path = tree.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
