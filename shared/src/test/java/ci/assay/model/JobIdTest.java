package ci.assay.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {

  private static final CommitId COMMIT = new CommitId("4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610");

  @Test
  void theFirstJobOfAVariantHasNoNumber() {
    JobId id = JobId.of("bottle", COMMIT, "default");
    assertThat(id).hasToString("bottle/" + COMMIT + "/default");
    assertThat(JobId.parse(id.toString())).isEqualTo(id);
  }

  @Test
  void rerunIsNumberedFromTwo() {
    JobId id = new JobId("bottle", COMMIT, "default", 2);
    assertThat(id).hasToString("bottle/" + COMMIT + "/default#2");
    assertThat(JobId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bottle",
        "bottle/COMMIT",
        "../COMMIT/default",
        "bottle/COMMIT/..",
        "bottle/COMMIT/.dead",
        "bottle/COMMIT/a/b",
        "bottle/../default",
        "bottle/COMMIT/verdict.json",
        "bottle/COMMIT/default#",
        "bottle/COMMIT/default#1",
        "bottle/COMMIT/default#02",
        "bottle/COMMIT/default#-2",
        "bottle/COMMIT/default#2#3",
        "bottle/COMMIT/default\u0000",
        "bottle/4F1C/default"
      })
  void whatIsNoIdIsRefused(String text) {
    assertThatThrownBy(() -> JobId.parse(text.replace("COMMIT", COMMIT.value())))
        .isInstanceOf(InvalidInputException.class);
  }
}
