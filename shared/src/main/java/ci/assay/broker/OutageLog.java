package ci.assay.broker;

import org.slf4j.Logger;

/**
 * Says on the log once that something does not work, however often it is tried, and once that it
 * works again. Safe for use by many threads.
 */
public final class OutageLog {

  private final Logger log;
  private final String again;
  private boolean lasts;

  /**
   * @param again what to say when it is over
   */
  public OutageLog(Logger log, String again) {
    this.log = log;
    this.again = again;
  }

  /**
   * It does not work.
   *
   * @param what what to say when this is new
   */
  public synchronized void begin(String what) {
    if (!lasts) {
      lasts = true;
      log.warn("{}; trying again", what);
    }
  }

  /** It works. */
  public synchronized void end() {
    if (lasts) {
      lasts = false;
      log.info("{}", again);
    }
  }
}
