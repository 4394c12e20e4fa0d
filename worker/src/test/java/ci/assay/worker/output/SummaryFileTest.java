package ci.assay.worker.output;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Findings;
import ci.assay.worker.masking.Masking;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SummaryFileTest {

  private static final String SECRET = "s3cret-of-the-release";

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("assay-summary.md");
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    Files.writeString(file, "## Slow\r\n\n\tone\n");
    assertThat(read()).isEqualTo("## Slow\n\n\tone\n");
    assertThat(notes).isEmpty();
  }

  @Test
  void noFileAndABlankOneAreNothing() throws Exception {
    assertThat(read()).isNull();
    Files.writeString(file, " \n");
    assertThat(read()).isNull();
    assertThat(notes).isEmpty();
  }

  @Test
  void tooMuchIsCutAndThatIsSaid() throws Exception {
    Files.writeString(file, "\u20ac".repeat(Findings.MOST_MARKDOWN));
    assertThat(read()).endsWith("\u20ac\u2026").satisfies(SummaryFileTest::fits);
    assertThat(notes).containsExactly("$ASSAY_SUMMARY: only its first 32 KiB are kept");
  }

  @Test
  void bytesThatAreNoTextBecomeReplacementCharactersAndStillFit() throws Exception {
    byte[] bytes = new byte[Findings.MOST_MARKDOWN];
    Arrays.fill(bytes, (byte) 0x1b);
    bytes[0] = (byte) 0xff;
    Files.write(file, bytes);
    assertThat(read())
        .startsWith("\ufffd\ufffd")
        .doesNotContain("\u001b")
        .satisfies(SummaryFileTest::fits);
  }

  @Test
  void secretsAreMaskedAlsoWhereTheTextIsCut() throws Exception {
    Files.writeString(file, "key " + SECRET + "\n");
    assertThat(read()).contains("key ***").doesNotContain(SECRET);

    for (int shown = 1; shown < SECRET.length(); shown++) {
      String before = "x".repeat(Findings.MOST_MARKDOWN - shown);
      Files.writeString(file, before + SECRET + "and more");
      String read = read();
      assertThat(read).doesNotContain(SECRET.substring(0, 8));
      fits(read);
    }
  }

  @Test
  void onlyARegularFileInTheFolderOfTheRunIsRead() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "secret of the worker");
    Files.createSymbolicLink(file, elsewhere);
    assertThat(read()).isNull();
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(read()).isNull();
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThat(read()).isNull();
    assertThat(notes).hasSize(3).allMatch(note -> note.endsWith("it is not a regular file"));

    Path real = Files.createDirectory(folder.resolve("real"));
    Files.writeString(real.resolve("assay-summary.md"), "of another folder");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertThat(SummaryFile.read(link.resolve("assay-summary.md"), masking(), notes::add)).isNull();
  }

  private @Nullable String read() {
    return SummaryFile.read(file, masking(), notes::add);
  }

  private static Masking masking() {
    return Masking.of(List.of(SECRET));
  }

  private static void fits(@Nullable String text) {
    byte[] bytes = Objects.requireNonNull(text).getBytes(StandardCharsets.UTF_8);
    assertThat(bytes.length).isLessThanOrEqualTo(Findings.MOST_MARKDOWN);
  }
}
