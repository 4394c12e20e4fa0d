package ci.assay.coordinator.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.ResultsFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendOnlyFileTest {

  @TempDir Path folder;

  @Test
  void linesComeBackInTheirOrder() throws Exception {
    AppendOnlyFile file = file("a/b/lines");
    assertThat(file.lines()).isEmpty();
    file.append("one".getBytes(UTF_8), true);
    file.append("two".getBytes(UTF_8), false);
    assertThat(file.lines()).containsExactly("one", "two");
  }

  @Test
  void incompleteLineIsNotReadAndIsRemovedWithTheNext() throws Exception {
    AppendOnlyFile file = file("lines");
    Files.write(file.file(), new byte[] {'o', 'n', 'e', '\n', 't', (byte) 0xc3});
    assertThat(file.lines()).containsExactly("one");
    file.append("two".getBytes(UTF_8), true);
    assertThat(file.file()).content().isEqualTo("one\ntwo\n");
  }

  @Test
  void writersOfOneFileLoseNoLines() throws Exception {
    CompletableFuture<?>[] writers =
        IntStream.range(0, 4)
            .mapToObj(writer -> CompletableFuture.runAsync(() -> appendTwenty(writer)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(writers).get();
    assertThat(file("lines").lines()).hasSize(80).doesNotHaveDuplicates();
  }

  private void appendTwenty(int writer) {
    try {
      for (int i = 0; i < 20; i++) {
        file("lines").append((writer + "." + i).getBytes(UTF_8), false);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private AppendOnlyFile file(String name) {
    return new AppendOnlyFile(
        new ResultsFixture(folder.resolve("results")).disk,
        folder.resolve("results").resolve(name));
  }
}
