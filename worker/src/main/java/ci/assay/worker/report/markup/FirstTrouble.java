package ci.assay.worker.report.markup;

import org.jspecify.annotations.Nullable;

/** The first thing that cannot be read as it is: what follows may follow from it. */
final class FirstTrouble {

  private @Nullable String words;
  private long line;

  /** Counts if it is the first one. */
  void note(String why, long at) {
    if (words == null) {
      words = why;
      line = at;
    }
  }

  /** Null where there is none. */
  @Nullable String words() {
    return words;
  }

  long line() {
    return line;
  }
}
