package ci.assay.cli.option;

import ci.assay.broker.BrokerAddress;
import ci.assay.common.InvalidInputException;
import ci.assay.common.SecretFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The address of the broker, and the login. */
public final class BrokerOptions {

  private static final String DEFAULT = "amqp://guest:guest@localhost:5672";

  @Option(
      names = "--broker",
      paramLabel = "URI",
      defaultValue = DEFAULT,
      description =
          "RabbitMQ 3.10 or later: amqp[s]://[USER[:PASSWORD]@]HOST[:PORT][/VHOST]"
              + " (default: "
              + DEFAULT
              + ").")
  BrokerAddress broker = BrokerAddress.parse(DEFAULT);

  @Option(
      names = "--broker-password-file",
      paramLabel = "FILE",
      description = "Contains the password, if --broker does not.")
  @Nullable Path passwordFile;

  /** For the environment only: on a command line every user of the machine could see it. */
  @Option(names = "--broker-password", paramLabel = "PASSWORD", hidden = true)
  @Nullable String password;

  @Option(
      names = "--broker-ca",
      paramLabel = "FILE",
      description = "PEM certificates to trust for amqps:// (default: those of Java).")
  @Nullable Path brokerCa;

  public BrokerAddress address() {
    return withCa(withPassword(broker, password, passwordFile), brokerCa);
  }

  static BrokerAddress withPassword(
      BrokerAddress broker, @Nullable String password, @Nullable Path file) {
    if (password != null) {
      return broker.withPasswordIfMissing(password);
    }
    return file == null
        ? broker
        : broker.withPasswordIfMissing(SecretFiles.read(file, "--broker-password-file"));
  }

  static BrokerAddress withCa(BrokerAddress broker, @Nullable Path file) {
    if (file == null) {
      return broker;
    }
    if (!Files.isReadable(file)) {
      throw new InvalidInputException("--broker-ca: '" + file + "' is not a readable file");
    }
    if (!broker.tls()) {
      throw new InvalidInputException(
          "--broker-ca is for amqps://, but the broker is " + broker + "; write amqps://");
    }
    return broker.withCaFile(file);
  }
}
