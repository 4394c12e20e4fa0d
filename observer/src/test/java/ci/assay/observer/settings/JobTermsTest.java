package ci.assay.observer.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.wire.Codec;
import org.junit.jupiter.api.Test;

class JobTermsTest {

  @Test
  void aCommandTooLongForAJobMessageIsRefused() {
    assertThatThrownBy(() -> terms("é".repeat(32 * 1024)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("each job of repository 'bottle' would have 66")
        .hasMessageContaining("at most 49152 are allowed: put its test command into a script");
  }

  @Test
  void aLongCommandThatFitsIsAccepted() {
    String test = "x".repeat(Codec.MAX_JOB_BYTES / 2);

    assertThat(terms(test).test()).isEqualTo(test);
  }

  private static JobTerms terms(String test) {
    return new JobTerms(
        new Repository("bottle", "https://git.example.org/bottle.git"),
        test,
        Job.DEFAULT_TIMEOUT,
        Job.DEFAULT_POOL);
  }
}
