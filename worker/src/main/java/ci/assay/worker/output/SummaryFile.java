package ci.assay.worker.output;

import ci.assay.common.Texts;
import ci.assay.model.Findings;
import ci.assay.worker.folder.FileTrouble;
import ci.assay.worker.masking.Masking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run wrote about itself, in Markdown, to the file that {@code ASSAY_SUMMARY} names. */
public final class SummaryFile {

  private SummaryFile() {}

  /**
   * Reads it when the run has ended. Bytes that are not UTF-8, and control characters other than
   * line ends and tabs, become U+FFFD.
   *
   * @param notes gets what is left out, and why
   * @return at most {@link Findings#MOST_MARKDOWN} bytes in UTF-8; null if there is nothing
   */
  public static @Nullable String read(Path file, Masking masking, Consumer<String> notes) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null
        || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      notes.accept("$ASSAY_SUMMARY is left out: it is not a regular file");
      return null;
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] head = in.readNBytes(Findings.MOST_MARKDOWN + 1);
      // a value that is cut in two is masked before the cut, because the text goes on with "…"
      String whole = printable(new String(head, StandardCharsets.UTF_8));
      String cut = Texts.cut(whole, Findings.MOST_MARKDOWN);
      if (head.length > Findings.MOST_MARKDOWN) {
        notes.accept(
            "$ASSAY_SUMMARY: only its first %d KiB are kept"
                .formatted(Findings.MOST_MARKDOWN / 1024));
      }
      String masked = Texts.cut(masking.text(cut), Findings.MOST_MARKDOWN);
      return masked.isBlank() ? null : masked;
    } catch (IOException e) {
      notes.accept("$ASSAY_SUMMARY is left out: " + FileTrouble.inWords(e));
      return null;
    }
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.replace("\r\n", "\n")
        .codePoints()
        .map(each -> Character.isISOControl(each) && each != '\n' && each != '\t' ? 0xFFFD : each)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }
}
