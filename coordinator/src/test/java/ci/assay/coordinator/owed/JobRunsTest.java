package ci.assay.coordinator.owed;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.Given;
import ci.assay.coordinator.owed.JobRuns.OneRun;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRunsTest {

  private static final JobId ID = Given.job(1).id();

  private static final Message STARTED = new RunStarted(ID, "r1", "w1", Given.START);
  private static final Message TROUBLE =
      new RunReturned(ID, "r1", "w1", "no space left", true, Given.START);
  private static final Message STOPPING =
      new RunReturned(ID, "r1", "w1", "stopping", false, Given.START);
  private static final Message LOST = here("r1", RunNotice.State.NO_RESULT);

  @Test
  void runIsOpenFromItsStartToItsEnd() {
    assertThat(open()).isEmpty();
    assertThat(open(STARTED)).containsExactly("r1");
    assertThat(open(STARTED, TROUBLE)).isEmpty();
    assertThat(open(STARTED, STOPPING)).isEmpty();
    assertThat(open(STARTED, LOST)).isEmpty();
  }

  @Test
  void attemptIsSpentByTroubleAndByALostWorker() {
    assertThat(spent(STARTED)).isEmpty();
    assertThat(spent(STARTED, TROUBLE)).containsExactly("r1");
    assertThat(spent(TROUBLE)).containsExactly("r1");
    assertThat(spent(STARTED, STOPPING)).isEmpty();
    assertThat(spent(STARTED, LOST)).containsExactly("r1");
  }

  @Test
  void lostRunThatNeverStartedSpendsNoAttempt() {
    assertThat(spent(LOST)).isEmpty();
    assertThat(open(LOST)).isEmpty();
    assertThat(spent(LOST, STARTED)).containsExactly("r1");
  }

  @Test
  void repeatedAndLateMessagesChangeNothing() {
    assertThat(spent(STARTED, TROUBLE, STARTED)).containsExactly("r1");
    assertThat(open(STARTED, TROUBLE, STARTED)).isEmpty();
    assertThat(spent(STARTED, STOPPING, LOST)).isEmpty();
    assertThat(spent(STARTED, LOST, STOPPING)).isEmpty();
  }

  @Test
  void runReportedAgainWasNotLost() {
    Message back = here("r1", RunNotice.State.RUNNING);
    assertThat(open(STARTED, LOST, back)).containsExactly("r1");
    assertThat(spent(STARTED, LOST, back)).isEmpty();
    assertThat(spent(STARTED, TROUBLE, back)).containsExactly("r1");
  }

  private static RunNotice here(String run, RunNotice.State state) {
    return new RunNotice(ID, run, "w1", state, Given.START);
  }

  private static List<String> open(Message... said) {
    return JobRuns.of(List.of(said)).all().stream().filter(OneRun::isOpen).map(OneRun::id).toList();
  }

  private static List<String> spent(Message... said) {
    return JobRuns.of(List.of(said)).spent().stream().map(OneRun::id).toList();
  }
}
