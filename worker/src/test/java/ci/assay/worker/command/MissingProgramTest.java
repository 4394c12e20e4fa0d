package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissingProgramTest {

  @ParameterizedTest
  @CsvSource({
    "mvn -B -ntp test, mvn",
    "npm ci && npm test, npm",
    "./gradlew test, ./gradlew",
    "A=1 B='x' make check, make",
    "'  tox -e \"py 3\" ', tox",
    "sh run-tests.sh, sh",
    "cargo, cargo",
  })
  void aCommandBeginsWithItsProgram(String command, String program) {
    assertThat(MissingProgram.programOf(command)).contains(program);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "make; tox",
        "make\ntox",
        "make || true",
        "make & tox",
        "$TOOL test",
        "if true",
        "(make)",
        "make | tee log",
        "",
        "'my tool' test"
      })
  void aScriptHasNoneThatIsAskedFor(String command) {
    assertThat(MissingProgram.programOf(command).filter(name -> !name.equals("if"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2_001, 1_000_000})
  void whatIsVeryLongIsAScript(int length) {
    assertThat(MissingProgram.programOf("a ".repeat(length / 2 + 1))).isEmpty();
  }
}
