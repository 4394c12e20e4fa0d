package ci.assay.cli.value;

import ci.assay.broker.BrokerAddress;
import org.jspecify.annotations.Nullable;

/**
 * The embedded broker, or one at an address.
 *
 * @param address null for the embedded one
 */
public record BrokerChoice(@Nullable BrokerAddress address) {

  public static final String EMBEDDED = "embedded";

  public static BrokerChoice parse(String text) {
    return new BrokerChoice(text.equals(EMBEDDED) ? null : BrokerAddress.parse(text));
  }
}
