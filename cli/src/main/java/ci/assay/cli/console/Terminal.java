package ci.assay.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Standard output and error, and what they can show.
 *
 * @param outIsTerminal whether a person sees {@code out} as it comes
 * @param errIsTerminal whether a person sees {@code err} as it comes
 * @param colours whether colours are wanted at all: {@code NO_COLOR} says no
 * @param columns how many characters fit on a line
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    boolean colours,
    int columns) {

  private static final int USUAL_COLUMNS = 100;
  private static final int FEWEST_COLUMNS = 40;

  /** What the launcher found out, since Java cannot tell which of its streams is a terminal. */
  public static Terminal ofProcess(Map<String, String> environment) {
    return new Terminal(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        Boolean.getBoolean("assay.stdout.terminal"),
        Boolean.getBoolean("assay.stderr.terminal"),
        wantsColours(environment),
        Math.max(FEWEST_COLUMNS, Integer.getInteger("assay.columns", USUAL_COLUMNS)));
  }

  /** Neither stream is a terminal: no colours, nothing rewritten. */
  public static Terminal plain(PrintStream out, PrintStream err) {
    return new Terminal(out, err, false, false, false, USUAL_COLUMNS);
  }

  /** Colours for what is printed to {@code out}. */
  public Style outStyle() {
    return new Style(outIsTerminal && colours);
  }

  /** Colours for what is printed to {@code err}. */
  public Style errStyle() {
    return new Style(errIsTerminal && colours);
  }

  private static boolean wantsColours(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
