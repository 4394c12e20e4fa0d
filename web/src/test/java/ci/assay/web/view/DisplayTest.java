package ci.assay.web.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DisplayTest {

  @Test
  void showsASignForWhatWouldTurnTheLineOrIsNoCharacter() {
    assertThat(Display.text("a\u202Eb\u0000c\u001b[31md\u2066"))
        .isEqualTo("a\uFFFDb\u2400c\u241B[31md\uFFFD");
    assertThat(Display.text("größer 你好 tab\there")).isEqualTo("größer 你好 tab\there");
    assertThat(Display.text(null)).isEmpty();
  }

  @Test
  void saysHowLongAgoInOneUnit() {
    Instant now = Instant.parse("2026-11-23T10:00:00Z");
    assertThat(Display.ago(now.minusSeconds(3), now)).isEqualTo("just now");
    assertThat(Display.ago(now.plusSeconds(30), now)).isEqualTo("just now");
    assertThat(Display.ago(now.minusSeconds(45), now)).isEqualTo("45 s ago");
    assertThat(Display.ago(now.minusSeconds(600), now)).isEqualTo("10 min ago");
    assertThat(Display.ago(now.minusSeconds(7200), now)).isEqualTo("2 h ago");
    assertThat(Display.ago(now.minusSeconds(864_000), now)).isEqualTo("10 days ago");
  }

  @Test
  void saysBytesInTheUnitThatFits() {
    assertThat(Display.bytes(999)).isEqualTo("999 B");
    assertThat(Display.bytes(48_210)).isEqualTo("48.2 kB");
    assertThat(Display.bytes(78_400_000_000L)).isEqualTo("78.4 GB");
  }
}
