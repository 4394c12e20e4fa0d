package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class DemoTest {

  @TempDir Path folder;

  @Test
  void everyKindOfVerdictOccursAndIsTheExpectedOne() {
    Sandbox sandbox = new Sandbox(folder);

    assertThat(sandbox.run("demo", "--dir", "demo")).as(sandbox::both).isZero();

    assertThat(sandbox.out())
        .contains("✔ passed", "✘ failed", "! errored", "⧖ timed out")
        .contains("| NOT OK  greets the world: expected 'Hello, world!' but got 'Hello, world'");
    assertThat(sandbox.err()).isEmpty();
    assertThat(folder.resolve("demo/results/greeting")).isDirectory();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }
}
