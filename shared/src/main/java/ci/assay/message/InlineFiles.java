package ci.assay.message;

import ci.assay.model.Result;
import ci.assay.model.RunFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a run that are short enough to travel in its result, which saves a message for each;
 * others come in pieces of their own, before it.
 *
 * @param log null when it comes in pieces, or there is none
 * @param tests the same of the test cases, one JSON object a line
 */
public record InlineFiles(@Nullable String log, @Nullable String tests) {

  /** All files of one run together, in bytes: even escaped they fit into a result. */
  public static final int MOST_BYTES = 16 * 1024;

  public static final InlineFiles NONE = new InlineFiles(null, null);

  /** The content of a file, in UTF-8, where it is here and as long as the result says. */
  public Optional<byte[]> contentOf(RunFile file, Result of) {
    String text = text(file);
    return Optional.ofNullable(text)
        .map(present -> present.getBytes(StandardCharsets.UTF_8))
        .filter(bytes -> bytes.length > 0 && bytes.length == of.summaryOf(file).bytes());
  }

  private @Nullable String text(RunFile file) {
    return switch (file) {
      case LOG -> log;
      case TESTS -> tests;
    };
  }

  /** With the content of a file; empty when that is no UTF-8 and so would not arrive as it is. */
  public Optional<InlineFiles> with(RunFile file, byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return Optional.of(
          switch (file) {
            case LOG -> new InlineFiles(text, tests);
            case TESTS -> new InlineFiles(log, text);
          });
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
