package ci.assay.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The syntax that a value in {@code .assay.yml} must have. */
sealed interface Form {

  /**
   * A text.
   *
   * @param expected what it is, for people: {@code a command, such as 'make test'}
   * @param longest the maximum length in characters
   * @param pattern matches the whole text; null for any text
   * @param mayBeEmpty whether an empty text is allowed; blanks at the ends are kept then
   */
  record Text(String expected, int longest, @Nullable Pattern pattern, boolean mayBeEmpty)
      implements Form {}

  /** A duration such as {@code 1h30m}, greater than zero. */
  record Span(Duration longest) implements Form {}

  /** True or false. */
  record Flag() implements Form {}

  /** An integer within bounds, which are included. */
  record Whole(int least, int most) implements Form {}

  /** One of several words. */
  record Word(List<String> words) implements Form {}

  /**
   * A list of at least one value.
   *
   * @param expected what it is, for people
   */
  record ListOf(String expected, Form each, int most) implements Form {}

  /**
   * A map of at least one value, with keys that the file chooses.
   *
   * @param what what the keys name, for people
   */
  record MapOf(String what, Pattern names, Form each, int most) implements Form {}

  /**
   * A map with known keys.
   *
   * @param expected what it is, for people
   * @param others the form of all other keys; null if there must be none
   */
  record Fields(String expected, List<Key> keys, @Nullable MapOf others) implements Form {
    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }
  }

  /** A list, or a map with known keys whose first one has that list as its value. */
  record Either(ListOf list, Fields fields) implements Form {}

  /**
   * A known key.
   *
   * @param description its description in the schema
   */
  record Key(String name, Form form, boolean required, String description) {}
}
