package ci.assay.pipeline;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the commands of a run.
 *
 * @param name for people
 * @param run a command or script for {@code sh}
 * @param timeout of this step alone; null where the file does not say
 * @param env variables of this step, beside those of all
 */
public record Step(
    String name, String run, When when, @Nullable Duration timeout, Map<String, String> env) {

  public Step {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** When a step runs. */
  public enum When {
    /** When all steps before it passed. */
    PASSED,
    /** When one before it did not. */
    FAILED,
    ALWAYS;

    /**
     * Whether to run.
     *
     * @param failed whether a step before did not pass
     */
    public boolean isMet(boolean failed) {
      return this == ALWAYS || (this == FAILED) == failed;
    }
  }
}
