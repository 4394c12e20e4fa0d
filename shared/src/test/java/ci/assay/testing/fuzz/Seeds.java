package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Real inputs, with which a fuzz test begins. */
public final class Seeds {

  private static final int LONGEST_NAME = 60;

  private Seeds() {}

  /** Those texts. */
  public static Stream<Arguments> of(String... texts) {
    return of(Stream.of(texts).map(text -> text.getBytes(UTF_8)).toArray(byte[][]::new));
  }

  /** Those bytes. */
  public static Stream<Arguments> of(byte[]... inputs) {
    return Stream.of(inputs).map(input -> Arguments.of(Named.of(name(input), input)));
  }

  /** What means something to the decoder, for other inputs to be made of. */
  public static Stream<Arguments> words(String... some) {
    return of(String.join("\n", some));
  }

  private static String name(byte[] input) {
    String text = new String(input, UTF_8).replaceAll("[^!-~]+", " ").strip();
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME);
  }
}
