package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import org.jspecify.annotations.Nullable;

/**
 * How a job is tested, and in which pool.
 *
 * @param variants how many variants the commit has; its verdict is stored when all have a result
 * @param test the command to run where the commit has no {@code .assay.yml}; null to detect it
 * @param pool the pool whose work queue the job goes to
 * @param timeoutSeconds how long the command may run, in seconds
 * @param ruling the outcome that is known without a run; null when the job is to be run
 */
public record Task(
    Variant variant,
    int variants,
    @Nullable String test,
    String pool,
    long timeoutSeconds,
    @Nullable Ruling ruling) {

  /** A task that is run. */
  public Task(
      Variant variant, int variants, @Nullable String test, String pool, long timeoutSeconds) {
    this(variant, variants, test, pool, timeoutSeconds, null);
  }

  public Task {
    Names.present("variant", variant);
    Names.require("pool", Names.present("pool", pool));
    if (variants < 1) {
      throw new InvalidInputException("variants is " + variants + ", not 1 or more");
    }
    if (timeoutSeconds < 1) {
      throw new InvalidInputException("timeoutSeconds is " + timeoutSeconds + ", not 1 or more");
    }
  }
}
