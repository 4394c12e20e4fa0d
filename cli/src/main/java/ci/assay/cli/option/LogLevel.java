package ci.assay.cli.option;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ci.assay.cli.process.CommandContext;
import org.slf4j.LoggerFactory;

/** How much the log says. */
public final class LogLevel {

  private LogLevel() {}

  /** Only what is odd, for commands that tell by themselves what happens, unless asked for more. */
  public static void quiet(CommandContext context) {
    if (context.environment().getOrDefault("ASSAY_LOG", "").isEmpty()
        && LoggerFactory.getLogger("ci.assay") instanceof Logger ours) {
      ours.setLevel(Level.WARN);
    }
  }
}
