package ci.assay.broker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Logs the state of a connection: one line per change of state or new reason for it, none per
 * attempt. An outage shorter than {@code silence} is not logged.
 */
final class ConnectionLog {

  private final Logger log;
  private final String name;
  private final BrokerAddress address;
  private final Duration silence;

  /** The reasons already logged for the current outage. */
  private final Set<String> loggedReasons = new HashSet<>();

  private long downSince = System.nanoTime();

  ConnectionLog(Logger log, String name, BrokerAddress address, Duration silence) {
    this.log = log;
    this.name = name;
    this.address = address;
    this.silence = silence;
  }

  synchronized void connected(String broker) {
    if (!loggedReasons.isEmpty() || silence.isZero()) {
      log.info("{}: connected to {} at {}", name, broker, address);
    }
    loggedReasons.clear();
  }

  synchronized void lost(String why) {
    downSince = System.nanoTime();
    if (silence.isZero()) {
      log.warn("{}: lost the broker at {}: {}", name, address, why);
    }
  }

  synchronized void waiting(String why) {
    boolean isShort = System.nanoTime() - downSince < silence.toNanos();
    if (!isShort && loggedReasons.add(why)) {
      log.warn("{}: waiting for the broker at {}: {}", name, address, why);
    }
  }

  void blocked(String why) {
    log.warn("{}: the broker takes no messages now: {}", name, why);
  }

  void unblocked() {
    log.info("{}: the broker takes messages again", name);
  }
}
