package ci.assay.pipeline;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the commands of a run.
 *
 * @param name the name for people
 * @param run a command or script for {@code sh}
 * @param timeout the limit of this step alone; null if the file has none
 * @param env the variables of this step, in addition to those of all steps
 */
public record Step(
    String name, String run, When when, @Nullable Duration timeout, Map<String, String> env) {

  public Step {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** When a step runs. */
  public enum When {
    /** If all steps before it passed. */
    PASSED,
    /** If a step before it did not pass. */
    FAILED,
    ALWAYS;

    /**
     * Whether the step is to run.
     *
     * @param failed whether a step before it did not pass
     */
    public boolean isMet(boolean failed) {
      return this == ALWAYS || (this == FAILED) == failed;
    }
  }
}
