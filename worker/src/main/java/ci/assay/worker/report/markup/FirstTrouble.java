package ci.assay.worker.report.markup;

import org.jspecify.annotations.Nullable;

/** The first error in a file. Later errors are ignored, because they may result from the first. */
final class FirstTrouble {

  private @Nullable String words;
  private long line;

  /** Notes an error, if it is the first one. */
  void note(String why, long at) {
    if (words == null) {
      words = why;
      line = at;
    }
  }

  /** What is wrong; null when nothing is. */
  @Nullable String words() {
    return words;
  }

  long line() {
    return line;
  }
}
