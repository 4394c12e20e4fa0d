package ci.assay.cli.console;

/** What a person types to start this program again. */
public final class Program {

  private static final String NAME = System.getProperty("assay.program", "assay");

  private Program() {}

  /** {@code assay} where it is installed; in a checkout the path by which it was started. */
  public static String name() {
    return NAME;
  }
}
