package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import org.jspecify.annotations.Nullable;

/**
 * How it is tested, and where.
 *
 * @param variants how many variants the commit has; its verdict appears when all have one
 * @param test the command to run where the commit has no {@code .assay.yml}; null: detect it
 * @param pool the work queue it goes to
 * @param timeoutSeconds how long its command may run
 * @param ruling what its result is without a run; null: it is run
 */
public record Task(
    Variant variant,
    int variants,
    @Nullable String test,
    String pool,
    long timeoutSeconds,
    @Nullable Ruling ruling) {

  /** One that is run. */
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
