package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1969-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z",
        "-1000000000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z"
      })
  void timeBeyondTheYearsThatFilesHaveIsRefused(String time) {
    assertThatThrownBy(() -> Names.millis("startedAt", Instant.parse(time)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("field 'startedAt' is ")
        .hasMessageContaining("not within the years 1970 to 9999");
  }

  @Test
  void timeOfACommitBecomesTheNearestAcceptedTime() {
    assertThat(Names.nearestMillis("authoredAt", Instant.MIN)).isEqualTo(Instant.EPOCH);
    assertThat(Names.nearestMillis("authoredAt", Instant.MAX))
        .isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
  }
}
