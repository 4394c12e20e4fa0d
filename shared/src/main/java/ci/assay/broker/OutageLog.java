package ci.assay.broker;

import org.slf4j.Logger;

/**
 * Logs the beginning and the end of an outage, each once, however many attempts fail in between.
 * Safe for use by many threads.
 */
public final class OutageLog {

  private final Logger log;
  private final String again;
  private boolean lasts;

  /**
   * @param again the line to log when the outage is over
   */
  public OutageLog(Logger log, String again) {
    this.log = log;
    this.again = again;
  }

  /**
   * An attempt failed.
   *
   * @param what the text to log when this begins an outage
   */
  public synchronized void begin(String what) {
    if (!lasts) {
      lasts = true;
      log.warn("{}; trying again", what);
    }
  }

  /** An attempt succeeded. */
  public synchronized void end() {
    if (lasts) {
      lasts = false;
      log.info("{}", again);
    }
  }
}
