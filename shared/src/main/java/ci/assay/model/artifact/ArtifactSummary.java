package ci.assay.model.artifact;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a result says of the artifacts of its run.
 *
 * @param files how many there are
 * @param bytes of their contents together
 * @param manifestBytes the length of their {@link ArtifactList} as JSON; 0 if there are none
 * @param keepSeconds how long they are kept
 * @param leftOut null when everything that matched is there
 * @param complete false if the artifacts are lost: nothing is stored of them then; null otherwise
 */
public record ArtifactSummary(
    int files,
    long bytes,
    long manifestBytes,
    long keepSeconds,
    @Nullable LeftOut leftOut,
    @Nullable Boolean complete) {

  /**
   * What was left out.
   *
   * @param files how many that matched; 0 if none matched, or nobody knows
   * @param why the first reason, on one line
   */
  public record LeftOut(int files, String why) {

    private static final int LONGEST_REASON = 500;

    public LeftOut {
      if (files < 0 || why == null) {
        throw new InvalidInputException("'leftOut' of artifacts has no number or no reason");
      }
      why = Texts.line(why, LONGEST_REASON);
    }
  }

  public ArtifactSummary {
    if (files < 0 || bytes < 0 || manifestBytes < 0) {
      throw new InvalidInputException("a number of 'artifacts' is negative");
    }
    if (files > ArtifactList.MOST_FILES || manifestBytes > ArtifactList.MOST_BYTES) {
      throw new InvalidInputException("there are more artifacts than a run may have");
    }
    if ((files == 0) != (manifestBytes == 0) || (files == 0 && bytes > 0)) {
      throw new InvalidInputException("the numbers of 'artifacts' contradict each other");
    }
    if (keepSeconds < 1) {
      throw new InvalidInputException("'keepSeconds' of artifacts is less than 1");
    }
  }

  /** Artifacts that were collected. */
  public static ArtifactSummary of(
      ArtifactList list, long manifestBytes, Duration keep, @Nullable LeftOut leftOut) {
    return new ArtifactSummary(
        list.files().size(),
        list.bytes(),
        manifestBytes,
        Math.max(1, keep.toSeconds()),
        leftOut,
        null);
  }

  /** Whether there is anything to send and to store. */
  public boolean isSent() {
    return files > 0 && !Boolean.FALSE.equals(complete);
  }

  /** The same of artifacts that are lost. */
  public ArtifactSummary lost() {
    return new ArtifactSummary(files, bytes, manifestBytes, keepSeconds, leftOut, false);
  }
}
