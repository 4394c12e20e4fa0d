package ci.assay.coordinator.owed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobStateTest {

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN, JOB_STORED,    OWED",
    "UNKNOWN, RESULT_STORED, JUDGED",
    "OWED,    JOB_STORED,    OWED",
    "OWED,    RESULT_STORED, JUDGED",
    "JUDGED,  JOB_STORED,    JUDGED",
    "JUDGED,  RESULT_STORED, JUDGED",
  })
  void everyEventLeadsSomewhereInEveryState(JobState state, JobState.Event event, JobState next) {
    assertThat(state.after(event)).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, UNKNOWN",
    "true,  false, OWED",
    "false, true,  JUDGED",
    "true,  true,  JUDGED",
  })
  void theFilesSayTheState(boolean isStored, boolean hasResult, JobState state) {
    assertThat(JobState.of(isStored, hasResult)).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({
    "KNOWN,              STARTED,  OPEN",
    "KNOWN,              RETURNED, RETURNED_UNSTARTED",
    "KNOWN,              LOST,     LOST_UNSTARTED",
    "KNOWN,              ALIVE,    KNOWN",
    "OPEN,               STARTED,  OPEN",
    "OPEN,               RETURNED, RETURNED",
    "OPEN,               LOST,     LOST",
    "OPEN,               ALIVE,    OPEN",
    "RETURNED_UNSTARTED, STARTED,  RETURNED",
    "RETURNED_UNSTARTED, RETURNED, RETURNED_UNSTARTED",
    "RETURNED_UNSTARTED, LOST,     RETURNED_UNSTARTED",
    "RETURNED_UNSTARTED, ALIVE,    RETURNED_UNSTARTED",
    "RETURNED,           STARTED,  RETURNED",
    "RETURNED,           RETURNED, RETURNED",
    "RETURNED,           LOST,     RETURNED",
    "RETURNED,           ALIVE,    RETURNED",
    "LOST_UNSTARTED,     STARTED,  LOST",
    "LOST_UNSTARTED,     RETURNED, RETURNED_UNSTARTED",
    "LOST_UNSTARTED,     LOST,     LOST_UNSTARTED",
    "LOST_UNSTARTED,     ALIVE,    KNOWN",
    "LOST,               STARTED,  LOST",
    "LOST,               RETURNED, RETURNED",
    "LOST,               LOST,     LOST",
    "LOST,               ALIVE,    OPEN",
  })
  void everythingMayBeSaidOfARunInEveryState(
      AttemptState state, AttemptState.Event event, AttemptState next) {
    assertThat(state.after(event, "01RUN")).isEqualTo(next);
  }
}
