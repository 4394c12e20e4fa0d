package ci.assay.worker.checkout;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A work tree that is ready.
 *
 * @param submodules how many of them the commit has; their folders are empty
 * @param pointers how many of its files are Git LFS pointers; they stay pointers
 */
public record Checkout(Path tree, int submodules, int pointers) {

  /** What the log of the run should say first. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (submodules > 0) {
      notes.add(
          "this commit has %s; submodules are not checked out, their folders are empty"
              .formatted(count(submodules, "submodule")));
    }
    if (pointers > 0) {
      notes.add(
          "this commit has %s; their content is not fetched"
              .formatted(count(pointers, "Git LFS pointer")));
    }
    return notes;
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
