package ci.assay.cli;

import ci.assay.git.RefGlobs;
import java.util.List;

/**
 * Refs to watch.
 *
 * @param text as {@link RefGlobs} reads it
 */
record RefGlob(String text) {

  static RefGlob parse(String text) {
    var unused = new RefGlobs(List.of(text));
    return new RefGlob(text);
  }
}
