package ci.assay.systemtest.chaos;

import ci.assay.systemtest.AssayProcess;
import ci.assay.testing.TestBroker;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What can go wrong. Each leaves everything running again, though perhaps not yet connected. */
enum Fault {
  KILL_A_PROCESS(10) {
    @Override
    String inject(Cluster cluster, TestBroker broker, Random random) {
      String name = cluster.any(random);
      cluster.killAndRestart(name);
      return name;
    }
  },
  TERMINATE_A_PROCESS(3) {
    @Override
    String inject(Cluster cluster, TestBroker broker, Random random) {
      String name = cluster.any(random);
      cluster.terminateAndRestart(name);
      return name;
    }
  },
  /** Longer than two heartbeats, so that the broker gives it up. */
  FREEZE_A_PROCESS(4) {
    @Override
    String inject(Cluster cluster, TestBroker broker, Random random) throws InterruptedException {
      String name = cluster.any(random);
      AssayProcess process = cluster.get(name);
      process.signal("STOP");
      TimeUnit.SECONDS.sleep(9);
      process.signal("CONT");
      return name;
    }
  },
  RESTART_THE_BROKER(1) {
    @Override
    String inject(Cluster cluster, TestBroker broker, Random random) {
      broker.stop();
      broker.start();
      return "";
    }
  },
  KILL_THE_BROKER(1) {
    @Override
    String inject(Cluster cluster, TestBroker broker, Random random) {
      broker.kill();
      broker.start();
      return "";
    }
  };

  private final int weight;

  Fault(int weight) {
    this.weight = weight;
  }

  /** Does it; returns whom it hit. */
  abstract String inject(Cluster cluster, TestBroker broker, Random random)
      throws InterruptedException;

  static Fault any(Random random) {
    int total = 0;
    for (Fault fault : values()) {
      total += fault.weight;
    }
    int dice = random.nextInt(total);
    for (Fault fault : values()) {
      dice -= fault.weight;
      if (dice < 0) {
        return fault;
      }
    }
    throw new AssertionError("weights do not add up");
  }
}
