package ci.assay.testing;

import java.util.Properties;

/** The ports of a {@link LocalNode}. */
record LocalPorts(int amqp, int management, int tls, int erlang, int epmd) {

  static LocalPorts free() {
    return new LocalPorts(Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free());
  }

  static LocalPorts from(Properties properties) {
    return new LocalPorts(
        number(properties, "amqp"),
        number(properties, "management"),
        number(properties, "tls"),
        number(properties, "erlang"),
        number(properties, "epmd"));
  }

  private static int number(Properties properties, String key) {
    return Integer.parseInt(properties.getProperty(key, ""));
  }

  Properties asProperties() {
    Properties properties = new Properties();
    properties.setProperty("amqp", Integer.toString(amqp));
    properties.setProperty("management", Integer.toString(management));
    properties.setProperty("tls", Integer.toString(tls));
    properties.setProperty("erlang", Integer.toString(erlang));
    properties.setProperty("epmd", Integer.toString(epmd));
    return properties;
  }
}
