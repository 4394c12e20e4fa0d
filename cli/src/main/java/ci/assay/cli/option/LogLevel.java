package ci.assay.cli.option;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ci.assay.cli.process.CommandContext;
import org.slf4j.LoggerFactory;

/** Sets how much is logged. */
public final class LogLevel {

  private LogLevel() {}

  /** Logs only warnings, for commands that print what happens, unless {@code ASSAY_LOG} is set. */
  public static void quiet(CommandContext context) {
    if (context.environment().getOrDefault("ASSAY_LOG", "").isEmpty()
        && LoggerFactory.getLogger("ci.assay") instanceof Logger ours) {
      ours.setLevel(Level.WARN);
    }
  }
}
