package ci.assay.cli.value;

import ci.assay.git.RefGlobs;
import java.util.List;

/**
 * A pattern of refs to watch.
 *
 * @param text in the syntax of {@link RefGlobs}
 */
public record RefGlob(String text) {

  public static RefGlob parse(String text) {
    var unused = new RefGlobs(List.of(text));
    return new RefGlob(text);
  }
}
