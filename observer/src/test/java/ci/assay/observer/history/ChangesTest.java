package ci.assay.observer.history;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Change;
import java.time.Instant;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangesTest {

  private static final String WHO = "Tester <tester@example.org> 1767225600 +0100";

  @Test
  void readsTheAuthorsNameAndTimeAndTheFirstLineOfTheMessage() {
    assertThat(change("author " + WHO, "Fix the clock\n\nIt was late.\n"))
        .isEqualTo(new Change("Tester", Instant.parse("2026-01-01T00:00:00Z"), "Fix the clock"));
  }

  @Test
  void aMessageNeedNotEndInALineFeed() {
    assertThat(change("author " + WHO, "Fix").subject()).isEqualTo("Fix");
    assertThat(change("author " + WHO, "").subject()).isEmpty();
  }

  @Test
  void theEncodingThatTheCommitNamesIsUsed() {
    byte[] raw =
        raw("author J\u00fcrgen <j@example.org> 1 +0000\nencoding ISO-8859-1", "\u00dcber");
    assertThat(Changes.of(RevCommit.parse(raw)))
        .isEqualTo(new Change("J\u00fcrgen", Instant.ofEpochSecond(1), "\u00dcber"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoding none-such", "encoding \u0001\u0002", "encoding ", "encoding"})
  void anUnknownEncodingIsNoFailure(String line) {
    assertThat(change("author " + WHO + "\n" + line, "Fix the clock\n").subject())
        .isEqualTo("Fix the clock");
  }

  @ParameterizedTest
  @CsvSource({"999999999999, 9999-12-31T23:59:59Z", "-5, 1970-01-01T00:00:00Z"})
  void anAbsurdTimeIsMovedIntoTheYearsOfFourDigits(String seconds, Instant kept) {
    assertThat(change("author " + at(seconds), "Fix").authoredAt()).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999999999999", "9223372036854775807"})
  void anAuthorWithAnInvalidTimeIsIgnored(String seconds) {
    assertThat(Changes.of(RevCommit.parse(raw("author " + at(seconds), "Fix")))).isNull();
  }

  private static String at(String seconds) {
    return "Tester <tester@example.org> " + seconds + " +0000";
  }

  @Property(tries = 500)
  void anyBytesInACommitGiveAChangeOrNone(@ForAll byte[] author, @ForAll byte[] text) {
    String line = "author " + new String(author, ISO_8859_1) + " <a@b> 1 +0000";
    Change change = Changes.of(RevCommit.parse(raw(line, new String(text, ISO_8859_1))));

    if (change != null) {
      assertThat(change.author().chars()).noneMatch(Character::isISOControl);
      assertThat(change.subject().chars()).noneMatch(Character::isISOControl);
      assertThat(new String(change.subject().getBytes(UTF_8), UTF_8)).isEqualTo(change.subject());
    }
  }

  private static Change change(String headers, String message) {
    return Objects.requireNonNull(Changes.of(RevCommit.parse(raw(headers, message))));
  }

  /** The raw bytes of a commit object; each character of the texts is one byte. */
  private static byte[] raw(String headers, String message) {
    String tree = "tree " + ObjectId.zeroId().name() + "\n";
    return (tree + headers + "\ncommitter " + WHO + "\n\n" + message).getBytes(ISO_8859_1);
  }
}
