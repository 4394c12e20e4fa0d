package ci.assay.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Standard output and error, and what they can show.
 *
 * @param outIsTerminal whether {@code out} is a terminal
 * @param errIsTerminal whether {@code err} is a terminal
 * @param colours whether colours are wanted at all; not with {@code NO_COLOR}
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

  /**
   * The terminal of this process. The launcher passes on which streams are terminals, because Java
   * cannot find that out.
   */
  public static Terminal ofProcess(Map<String, String> environment) {
    return new Terminal(
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        Boolean.getBoolean("assay.stdout.terminal"),
        Boolean.getBoolean("assay.stderr.terminal"),
        wantsColours(environment),
        Math.max(FEWEST_COLUMNS, Integer.getInteger("assay.columns", USUAL_COLUMNS)));
  }

  /** A terminal whose streams are no terminals: no colours, nothing rewritten. */
  public static Terminal plain(PrintStream out, PrintStream err) {
    return new Terminal(out, err, false, false, false, USUAL_COLUMNS);
  }

  /** The style for {@code out}. */
  public Style outStyle() {
    return new Style(outIsTerminal && colours);
  }

  /** The style for {@code err}. */
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
