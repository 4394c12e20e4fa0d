package ci.assay.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What a link says on the log: one line when its state or the reason for it changes, none per try.
 * Of an outage shorter than {@code silence} it says nothing.
 */
final class LinkLog {

  private final Logger log;
  private final String name;
  private final BrokerAddress address;
  private final Duration silence;

  /** What was said of the outage that lasts; null when nothing was. */
  private @Nullable String said;

  private long downSince = System.nanoTime();

  LinkLog(Logger log, String name, BrokerAddress address, Duration silence) {
    this.log = log;
    this.name = name;
    this.address = address;
    this.silence = silence;
  }

  synchronized void connected(String broker) {
    if (said != null || silence.isZero()) {
      log.info("{}: connected to {} at {}", name, broker, address);
    }
    said = null;
  }

  synchronized void lost(String why) {
    downSince = System.nanoTime();
    if (silence.isZero()) {
      log.warn("{}: lost the broker at {}: {}", name, address, why);
    }
  }

  synchronized void waiting(String why) {
    boolean isShort = System.nanoTime() - downSince < silence.toNanos();
    if (!isShort && !why.equals(said)) {
      log.warn("{}: waiting for the broker at {}: {}", name, address, why);
      said = why;
    }
  }

  void blocked(String why) {
    log.warn("{}: the broker takes no messages now: {}", name, why);
  }

  void unblocked() {
    log.info("{}: the broker takes messages again", name);
  }
}
