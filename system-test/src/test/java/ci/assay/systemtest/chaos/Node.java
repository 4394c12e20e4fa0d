package ci.assay.systemtest.chaos;

import ci.assay.broker.BrokerAddress;
import ci.assay.systemtest.Installation;
import ci.assay.systemtest.Member;
import ci.assay.testing.TcpProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One process, and the network between it and the broker. */
final class Node implements AutoCloseable {

  private final Member member;
  private final TcpProxy network;
  private final AtomicBoolean inTrouble = new AtomicBoolean();

  private Node(Member member, TcpProxy network) {
    this.member = member;
    this.network = network;
  }

  /**
   * @param arguments of the command, without the broker
   */
  static Node of(
      String name, String role, BrokerAddress broker, Path folder, List<String> arguments) {
    TcpProxy network = TcpProxy.to(broker);
    List<String> all =
        new ArrayList<>(
            List.of(role, "--name", name, "--broker", Installation.uri(network.address())));
    all.addAll(arguments);
    return new Node(new Member(name, folder.resolve("said"), all), network);
  }

  String name() {
    return member.name();
  }

  Member member() {
    return member;
  }

  TcpProxy network() {
    return network;
  }

  /** Reserves it for a fault until {@link #release}; false if it is already reserved. */
  boolean seize() {
    return inTrouble.compareAndSet(false, true);
  }

  void release() {
    inTrouble.set(false);
  }

  @Override
  public void close() {
    member.close();
    network.close();
  }
}
