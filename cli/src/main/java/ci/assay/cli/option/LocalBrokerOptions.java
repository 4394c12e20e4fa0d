package ci.assay.cli.option;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.value.BrokerChoice;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The broker of a command that brings its own. */
public final class LocalBrokerOptions {

  @Option(
      names = "--broker",
      paramLabel = "URI",
      defaultValue = BrokerChoice.EMBEDDED,
      descriptionKey = "-",
      description =
          "A RabbitMQ (or a virtual host of one) that nothing else uses, instead of the broker"
              + " inside this process (default: embedded; never from environment or file).")
  BrokerChoice broker = BrokerChoice.parse(BrokerChoice.EMBEDDED);

  @Option(
      names = "--broker-password-file",
      paramLabel = "FILE",
      descriptionKey = "-",
      description = "Contains the password, if --broker does not.")
  @Nullable Path passwordFile;

  @Option(
      names = "--broker-ca",
      paramLabel = "FILE",
      descriptionKey = "-",
      description = "PEM certificates to trust for amqps:// (default: those of Java).")
  @Nullable Path brokerCa;

  /** The address of the broker; null for the embedded one. */
  public @Nullable BrokerAddress address() {
    BrokerAddress address = broker.address();
    return address == null
        ? null
        : BrokerOptions.withCa(BrokerOptions.withPassword(address, null, passwordFile), brokerCa);
  }
}
