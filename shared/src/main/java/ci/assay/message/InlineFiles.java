package ci.assay.message;

import ci.assay.model.Result;
import ci.assay.model.RunFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a run that are short enough to be sent inside its result, which saves a message for
 * each; other files are sent in pieces before the result.
 *
 * @param log the log; null when it is sent in pieces, or there is none
 * @param tests the test cases, one JSON object a line; null as for the log
 * @param manifest the list of the artifacts; null as for the log
 * @param artifacts the contents of the artifacts; null as for the log
 */
public record InlineFiles(
    @Nullable String log,
    @Nullable String tests,
    @Nullable String manifest,
    @Nullable String artifacts) {

  /** The most bytes of all files of one run together: even escaped they fit into a result. */
  public static final int MOST_BYTES = 16 * 1024;

  public static final InlineFiles NONE = new InlineFiles(null, null);

  /** For a run without artifacts. */
  public InlineFiles(@Nullable String log, @Nullable String tests) {
    this(log, tests, null, null);
  }

  /**
   * The content of a file in UTF-8; empty when it is not inline, or not as long as the result says.
   */
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
      case MANIFEST -> manifest;
      case ARTIFACTS -> artifacts;
    };
  }

  /**
   * These files and another one; empty when its content is not UTF-8, which JSON could not carry
   * unchanged.
   */
  public Optional<InlineFiles> with(RunFile file, byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return Optional.of(
          switch (file) {
            case LOG -> new InlineFiles(text, tests, manifest, artifacts);
            case TESTS -> new InlineFiles(log, text, manifest, artifacts);
            case MANIFEST -> new InlineFiles(log, tests, text, artifacts);
            case ARTIFACTS -> new InlineFiles(log, tests, manifest, text);
          });
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
