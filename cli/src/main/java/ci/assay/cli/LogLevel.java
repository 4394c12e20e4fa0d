package ci.assay.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much the log says. */
final class LogLevel {

  private LogLevel() {}

  /** Only what is odd, for commands that tell by themselves what happens, unless asked for more. */
  static void quiet(Surroundings surroundings) {
    if (surroundings.environment().getOrDefault("ASSAY_LOG", "").isEmpty()
        && LoggerFactory.getLogger("ci.assay") instanceof Logger ours) {
      ours.setLevel(Level.WARN);
    }
  }
}
