package ci.assay.common;

/** Checks of values that a person typed or wrote. */
public final class Preconditions {

  private Preconditions() {}

  /**
   * Requires that a condition on a value holds.
   *
   * @param what the name of the value, for the message
   * @param mend what the value must be, for the message: {@code 1 or more}
   * @throws InvalidInputException when {@code holds} is false
   */
  public static void require(boolean holds, String what, Object value, String mend) {
    if (!holds) {
      throw new InvalidInputException("%s is %s; it must be %s".formatted(what, value, mend));
    }
  }
}
