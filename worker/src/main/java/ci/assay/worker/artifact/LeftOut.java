package ci.assay.worker.artifact;

import ci.assay.common.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The files that matched and are not kept, with the reasons. Not thread-safe. */
final class LeftOut {

  private static final int MOST_TOLD = 10;
  private static final int LONGEST_PATH = 200;

  private final List<String> reasons = new ArrayList<>();
  private int count;

  void add(String path, String reason) {
    count++;
    if (reasons.size() < MOST_TOLD) {
      reasons.add(Texts.line(path, LONGEST_PATH) + ": " + reason);
    }
  }

  int count() {
    return count;
  }

  /** The first reason; null if nothing was left out. */
  @Nullable String first() {
    return reasons.isEmpty() ? null : reasons.get(0);
  }

  /** Passes on a line for each of the first ones, and one for the others. */
  void tell(Consumer<String> log) {
    reasons.forEach(each -> log.accept("artifact not kept: " + each));
    if (count > reasons.size()) {
      log.accept("%d more artifacts are not kept".formatted(count - reasons.size()));
    }
  }
}
