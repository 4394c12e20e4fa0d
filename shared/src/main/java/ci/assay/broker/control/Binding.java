package ci.assay.broker.control;

import ci.assay.broker.Topology;

/** What a {@link ControlChannel} listens to: messages of an exchange that have this key. */
public record Binding(String exchange, String key) {

  /** What workers say to each other. */
  public static Binding control() {
    return new Binding(Topology.CONTROL, "");
  }

  /** What the coordinator says to everybody. */
  public static Binding coordinator() {
    return new Binding(Topology.COORDINATOR, Topology.KEY_ALL);
  }

  /** What people ask for. */
  public static Binding orders() {
    return new Binding(Topology.ORDERS, Topology.KEY_ORDER);
  }

  /** Hints that something was pushed. */
  public static Binding polls() {
    return new Binding(Topology.ORDERS, Topology.KEY_POLL);
  }

  /** Who watches a repository listens to what is said of it. */
  public static Binding watched(String repository) {
    return new Binding(Topology.ORDERS, Topology.keyOfWatched(repository));
  }

  /** So that it can be told that an observer is asked which listens to {@link #watched}. */
  public static Binding watches() {
    return new Binding(Topology.ORDERS, Topology.KEY_WATCHES);
  }

  /** Questions of one kind. */
  public static Binding questions(String key) {
    return new Binding(Topology.INQUIRY, key);
  }

  /** What all workers say about themselves. */
  public static Binding presence() {
    return new Binding(Topology.PRESENCE, "#");
  }
}
