package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEnvironmentTest {

  @TempDir Path folder;

  @Test
  void valuesFromTheLauncherAppearInTheirOldPlaces() throws IOException {
    ProcessEnvironment environment =
        read("EASSAY_BROKER=amqp://a:b=c@host", "EGH_TOKEN=two\nlines", "A1=amqp://x:y@host");

    assertThat(environment.variable("ASSAY_BROKER")).isEqualTo("amqp://a:b=c@host");
    assertThat(environment.variables())
        .containsEntry("GH_TOKEN", "two\nlines")
        .containsEntry("PATH", System.getenv("PATH"));
    assertThat(environment.arguments("--broker", "amqp://x:***@host", "worker"))
        .containsExactly("--broker", "amqp://x:y@host", "worker");
  }

  @Test
  void aCredentialHelperGetsHiddenVariablesExceptAssays() throws IOException {
    Map<String, String> ofHelper = new HashMap<>();

    read("EASSAY_BROKER=amqp://a:b@host", "EGH_TOKEN=sesame").restoreForeign(ofHelper);

    assertThat(ofHelper).containsExactly(Map.entry("GH_TOKEN", "sesame"));
  }

  @Test
  void withoutTheLauncherItIsTheEnvironmentOfJava() {
    ProcessEnvironment environment = ProcessEnvironment.read(null);

    assertThat(environment.variables()).isEqualTo(System.getenv());
    assertThat(environment.arguments("worker")).containsExactly("worker");
  }

  @Test
  void aLongValueIsReadWhole() throws IOException {
    String value = "x".repeat(100_000);

    assertThat(read("ELONG_TOKEN=" + value).variable("LONG_TOKEN")).isEqualTo(value);
  }

  /** Through a pipe, as from the launcher. */
  private ProcessEnvironment read(String... entries) throws IOException {
    try (NamedPipe pipe = NamedPipe.with(folder, String.join("\0", entries) + "\0")) {
      return ProcessEnvironment.read(pipe.path().toString());
    }
  }
}
