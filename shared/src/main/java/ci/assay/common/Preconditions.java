package ci.assay.common;

/** Checks of what a person typed or wrote. */
public final class Preconditions {

  private Preconditions() {}

  /**
   * Requires that a value may be what it is.
   *
   * @param what its name, for people
   * @param mend what it must be, for people: {@code 1 or more}
   * @throws InvalidInputException when it does not hold
   */
  public static void require(boolean holds, String what, Object value, String mend) {
    if (!holds) {
      throw new InvalidInputException("%s is %s; it must be %s".formatted(what, value, mend));
    }
  }
}
