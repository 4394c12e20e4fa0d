package ci.assay.cli;

import ci.assay.broker.BrokerAddress;
import org.jspecify.annotations.Nullable;

/**
 * A broker of one's own inside the process, or one at an address.
 *
 * @param address null for the embedded one
 */
record BrokerChoice(@Nullable BrokerAddress address) {

  static final String EMBEDDED = "embedded";

  static BrokerChoice parse(String text) {
    return new BrokerChoice(text.equals(EMBEDDED) ? null : BrokerAddress.parse(text));
  }
}
