package ci.assay.cli.doctor;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerProbe;
import ci.assay.broker.Dialect;
import ci.assay.common.CannotRunException;
import ci.assay.program.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The broker: is it there, is it new enough, may we use it, does it wait for long runs? */
public final class BrokerChecks {

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

  private BrokerChecks() {}

  /**
   * Checks all of it; declares our queues, as every process of ours does at its start.
   *
   * @param name who we are in the broker's management page
   * @param environment where to look for the programs that could start one
   */
  public static List<Finding> findings(
      BrokerAddress address, String name, List<String> pools, Map<String, String> environment) {
    BrokerProbe probe;
    try {
      probe = BrokerProbe.of(address, name, pools);
    } catch (CannotRunException e) {
      String why = String.valueOf(e.getMessage());
      return List.of(
          Finding.fail(
              "broker",
              why.startsWith("no broker") ? why + "; " + mend(address, environment) : why));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(version(probe, address));
    findings.add(
        Finding.ok(
            "queues", "user '" + address.user() + "' may declare and use all that Assay needs"));
    findings.add(timeout(probe));
    return findings;
  }

  /** What makes a broker that is not there be there. */
  private static String mend(BrokerAddress address, Map<String, String> environment) {
    if (!address.isThisMachine()) {
      return "is RabbitMQ running on %s, and port %d open to this machine?"
          .formatted(address.host(), address.port());
    }
    if (Programs.find("rabbitmq-server", environment).isPresent()) {
      return "start it: systemctl start rabbitmq-server, or without systemd rabbitmq-server -detached";
    }
    if (Programs.find("docker", environment).isPresent()) {
      return "start one: docker run -d --name rabbitmq -p 127.0.0.1:%d:5672 rabbitmq:4-management"
          .formatted(address.port());
    }
    return "install one: apt-get install rabbitmq-server; or name another with --broker;"
        + " assay up and assay run need none";
  }

  private static Finding version(BrokerProbe probe, BrokerAddress address) {
    String text = probe.product() + " " + probe.version() + " at " + address;
    if (probe.dialect() != Dialect.RABBITMQ) {
      return Finding.warn(
          "broker", text + " is not RabbitMQ: it has no dead letters and no limits");
    }
    return isAtLeast(probe.version(), 3, 10)
        ? Finding.ok("broker", text)
        : Finding.fail("broker", text + " is too old; RabbitMQ 3.10 or later is needed");
  }

  private static Finding timeout(BrokerProbe probe) {
    boolean perQueue = isAtLeast(probe.version(), 3, 12);
    if (probe.dialect() != Dialect.RABBITMQ || perQueue) {
      return Finding.ok("timeout", "runs may take as long as their timeout");
    }
    return Finding.warn(
        "timeout",
        "RabbitMQ before 3.12 takes a job back after 30 min, and it is run again;"
            + " for longer runs set consumer_timeout = 86400000 in rabbitmq.conf");
  }

  static boolean isAtLeast(String version, int major, int minor) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int ours = Integer.parseInt(parts.group(1));
    return ours > major || (ours == major && Integer.parseInt(parts.group(2)) >= minor);
  }
}
