package ci.assay.worker.checkout;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A work tree that is ready.
 *
 * @param submodules how many submodules of the commit have empty folders
 * @param pointers how many of its files are Git LFS pointers, which are not resolved
 * @param others other differences from what the commit asks for, one line each
 */
public record Checkout(Path tree, int submodules, int pointers, List<String> others) {

  private static final int MOST_OTHERS = 10;

  public Checkout {
    others = List.copyOf(others);
  }

  /** A checkout without other differences. */
  Checkout(Path tree, int submodules, int pointers) {
    this(tree, submodules, pointers, List.of());
  }

  /**
   * A copy after submodules were filled.
   *
   * @param left a line for each submodule that was not filled
   * @param more the number of Git LFS pointers in the submodules that were filled
   */
  Checkout withSubmodules(List<String> left, int more) {
    List<String> all = new ArrayList<>(others);
    all.addAll(left);
    return new Checkout(tree, 0, pointers + more, all);
  }

  /** Lines for the beginning of the run's log. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (submodules > 0) {
      notes.add(
          "this commit has %s; submodules are not checked out, their folders are empty; 'submodules: true' in .assay.yml asks for them"
              .formatted(count(submodules, "submodule")));
    }
    if (pointers > 0) {
      notes.add(
          "this commit has %s; their content is not fetched; 'git lfs pull' in the test fetches it"
              .formatted(count(pointers, "Git LFS pointer")));
    }
    others.stream().limit(MOST_OTHERS).forEach(notes::add);
    if (others.size() > MOST_OTHERS) {
      notes.add("and %d lines like these".formatted(others.size() - MOST_OTHERS));
    }
    return notes;
  }

  private static String count(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
