package ci.assay.systemtest.chaos;

import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The processes of an installation by their names: each can be ended and started again. */
final class Cluster {

  private final Map<String, Supplier<AssayProcess>> starters = new TreeMap<>();
  private final Map<String, AssayProcess> running = new TreeMap<>();

  /** Starts a coordinator, an observer of {@code repository} and {@code workers} workers. */
  static Cluster start(Installation assay, String repository, int workers) {
    Cluster cluster = new Cluster();
    cluster.add("coordinator", assay::coordinator);
    cluster.add("observer", () -> assay.observer(repository));
    for (int i = 1; i <= workers; i++) {
      String name = "worker-" + i;
      cluster.add(name, () -> assay.worker(name));
    }
    return cluster;
  }

  private void add(String name, Supplier<AssayProcess> starter) {
    starters.put(name, starter);
    running.put(name, starter.get());
  }

  /** One of them; workers are the most, so they are hit the most. */
  String any(Random random) {
    return running.keySet().stream().skip(random.nextInt(running.size())).findFirst().orElseThrow();
  }

  AssayProcess get(String name) {
    AssayProcess process = running.get(name);
    if (process == null) {
      throw new IllegalArgumentException("no process " + name);
    }
    return process;
  }

  /** Ends it with SIGKILL and starts it again, on the same folders. */
  void killAndRestart(String name) {
    get(name).kill();
    restart(name);
  }

  /** Ends it with SIGTERM, waits, and starts it again. */
  void terminateAndRestart(String name) {
    get(name).close();
    restart(name);
  }

  private void restart(String name) {
    Supplier<AssayProcess> starter = starters.get(name);
    if (starter != null) {
      running.put(name, starter.get());
    }
  }

  /** Every process that is not alive although nobody ended it. */
  Map<String, String> deadOnes() {
    Map<String, String> dead = new TreeMap<>();
    running.forEach(
        (name, process) -> {
          if (!process.isAlive()) {
            dead.put(name, process.output());
          }
        });
    return dead;
  }
}
