package ci.assay.cli.value;

import ci.assay.git.RefGlobs;
import java.util.List;

/**
 * Refs to watch.
 *
 * @param text as {@link RefGlobs} reads it
 */
public record RefGlob(String text) {

  public static RefGlob parse(String text) {
    var unused = new RefGlobs(List.of(text));
    return new RefGlob(text);
  }
}
