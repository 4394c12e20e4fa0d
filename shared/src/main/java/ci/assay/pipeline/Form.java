package ci.assay.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The form that a value of the file has. */
sealed interface Form {

  /**
   * One value.
   *
   * @param expected what it is, for people: {@code a command, such as 'make test'}
   * @param longest in characters
   * @param pattern of all of it; null for any
   * @param mayBeEmpty whether quotes with nothing in them are a value; blanks at its ends count
   *     then
   */
  record Text(String expected, int longest, @Nullable Pattern pattern, boolean mayBeEmpty)
      implements Form {}

  /** A time such as {@code 1h30m}, longer than nothing. */
  record Span(Duration longest) implements Form {}

  /** True or false. */
  record Flag() implements Form {}

  /** A whole number, bounds included. */
  record Whole(int least, int most) implements Form {}

  /** One of some words. */
  record Word(List<String> words) implements Form {}

  /**
   * Some of a kind, at least one.
   *
   * @param expected what it is, for people
   */
  record ListOf(String expected, Form each, int most) implements Form {}

  /**
   * Values by names that the file chooses, at least one.
   *
   * @param what the names name, for people
   */
  record MapOf(String what, Pattern names, Form each, int most) implements Form {}

  /**
   * Keys that we choose.
   *
   * @param expected what it is, for people
   * @param others what the file may name beside them; null for nothing
   */
  record Fields(String expected, List<Key> keys, @Nullable MapOf others) implements Form {
    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }
  }

  /**
   * A key.
   *
   * @param description for the schema
   */
  record Key(String name, Form form, boolean required, String description) {}
}
