package ci.assay.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.JobRuns.OneRun;
import ci.assay.model.Here;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Returned;
import ci.assay.model.Started;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRunsTest {

  private static final JobId ID = Given.job(1).id();

  private static final Message STARTED = new Started(ID, "r1", "w1", Given.START);
  private static final Message TROUBLE =
      new Returned(ID, "r1", "w1", "no space left", true, Given.START);
  private static final Message STOPPING =
      new Returned(ID, "r1", "w1", "stopping", false, Given.START);
  private static final Message GONE = here("r1", Here.State.GONE);

  @Test
  void runIsOpenFromItsStartToItsEnd() {
    assertThat(open()).isEmpty();
    assertThat(open(STARTED)).containsExactly("r1");
    assertThat(open(STARTED, TROUBLE)).isEmpty();
    assertThat(open(STARTED, STOPPING)).isEmpty();
    assertThat(open(STARTED, GONE)).isEmpty();
  }

  @Test
  void attemptIsSpentByTroubleAndByAWorkerThatIsGone() {
    assertThat(spent(STARTED)).isEmpty();
    assertThat(spent(STARTED, TROUBLE)).containsExactly("r1");
    assertThat(spent(TROUBLE)).containsExactly("r1");
    assertThat(spent(STARTED, STOPPING)).isEmpty();
    assertThat(spent(STARTED, GONE)).containsExactly("r1");
  }

  @Test
  void runThatNeverStartedSpendsNothingThoughItsWorkerIsGone() {
    assertThat(spent(GONE)).isEmpty();
    assertThat(open(GONE)).isEmpty();
    assertThat(spent(GONE, STARTED)).containsExactly("r1");
  }

  @Test
  void whatIsSaidTwiceOrLateChangesNothing() {
    assertThat(spent(STARTED, TROUBLE, STARTED)).containsExactly("r1");
    assertThat(open(STARTED, TROUBLE, STARTED)).isEmpty();
    assertThat(spent(STARTED, STOPPING, GONE)).isEmpty();
    assertThat(spent(STARTED, GONE, STOPPING)).isEmpty();
  }

  @Test
  void runThatSpeaksAgainWasNotGone() {
    Message back = here("r1", Here.State.RUNNING);
    assertThat(open(STARTED, GONE, back)).containsExactly("r1");
    assertThat(spent(STARTED, GONE, back)).isEmpty();
    assertThat(spent(STARTED, TROUBLE, back)).containsExactly("r1");
  }

  private static Here here(String run, Here.State state) {
    return new Here(ID, run, "w1", state, Given.START);
  }

  private static List<String> open(Message... said) {
    return JobRuns.of(List.of(said)).all().stream().filter(OneRun::isOpen).map(OneRun::id).toList();
  }

  private static List<String> spent(Message... said) {
    return JobRuns.of(List.of(said)).spent().stream().map(OneRun::id).toList();
  }
}
