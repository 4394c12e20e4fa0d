package ci.assay.broker.control;

import ci.assay.broker.Topology;

/** What a {@link ControlChannel} listens to: the messages of an exchange with this routing key. */
public record Binding(String exchange, String key) {

  /** Messages among workers. */
  public static Binding control() {
    return new Binding(Topology.CONTROL, "");
  }

  /** Messages of the coordinator to every program. */
  public static Binding coordinator() {
    return new Binding(Topology.COORDINATOR, Topology.KEY_ALL);
  }

  /** Orders of people. */
  public static Binding orders() {
    return new Binding(Topology.ORDERS, Topology.KEY_ORDER);
  }

  /** Hints that something was pushed. */
  public static Binding polls() {
    return new Binding(Topology.ORDERS, Topology.KEY_POLL);
  }

  /** Hints about one repository, for an observer that watches it. */
  public static Binding watched(String repository) {
    return new Binding(Topology.ORDERS, Topology.keyOfWatched(repository));
  }

  /** Shows that an observer uses {@link #watched}, as those before 0.2 did not. */
  public static Binding watches() {
    return new Binding(Topology.ORDERS, Topology.KEY_WATCHES);
  }

  /** Questions of one kind to the coordinator. */
  public static Binding questions(String key) {
    return new Binding(Topology.INQUIRY, key);
  }

  /** The presence messages of all workers. */
  public static Binding presence() {
    return new Binding(Topology.PRESENCE, "#");
  }
}
