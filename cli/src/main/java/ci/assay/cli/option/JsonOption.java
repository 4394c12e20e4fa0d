package ci.assay.cli.option;

import ci.assay.wire.Codec;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Option;

/** Whether the output is JSON, for programs. */
public final class JsonOption {

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints each row as JSON on one line; docs/api.md names the fields.")
  boolean json;

  /** Whether JSON was requested. */
  public boolean isGiven() {
    return json;
  }

  /** Prints records as JSON, one line each. */
  public static void print(List<?> rows, PrintStream out) {
    rows.stream().map(Codec::line).forEach(out::println);
  }
}
