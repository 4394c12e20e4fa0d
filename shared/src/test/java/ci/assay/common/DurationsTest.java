package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "90s, PT90S",
    "30m, PT30M",
    "2h, PT2H",
    "1d, PT24H",
    "1h30m, PT1H30M",
    "1m500ms, PT1M0.5S",
    "0s, PT0S"
  })
  void readsWhatPeopleWrite(String text, Duration expected) {
    assertThat(Durations.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "1.5h", "5S", "30m1h", "5s5s", "5min"})
  void refusesAnyOtherFormWithAnExample(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("duration '" + text + "' is not like 500ms, 90s, 30m, 2h, 1d or 1h30m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"366d", "365d1ms", "365d8760h", "99999999999999999999s", "999999999999h"})
  void refusesWhatIsLongerThanAYear(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).hasMessageContaining("longer than a year");
  }

  @Test
  void namesTheSettingWithTheWrongDuration() {
    assertThatThrownBy(() -> Durations.parsePositive("--timeout", "0s"))
        .hasMessage("--timeout: duration '0s' must be longer than zero");
    assertThatThrownBy(() -> Durations.parsePositive("--timeout", "soon"))
        .hasMessageStartingWith("--timeout: duration 'soon' is not like");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.85S, 850 ms",
    "PT1.94S, 1.9 s",
    "PT2S, 2 s",
    "PT30M, 30 m",
    "PT61S, 1 m 1 s",
    "PT1H30M, 1 h 30 m",
    "PT48H, 48 h"
  })
  void writesThemForPeople(Duration duration, String expected) {
    assertThat(Durations.text(duration)).isEqualTo(expected);
  }
}
