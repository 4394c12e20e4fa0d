package ci.assay.worker.container;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of one slot, so that runs of different slots cannot reach each other. Used by one
 * thread; may be closed by any thread.
 */
final class SlotNetwork implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ContainerHost host;
  private final String name;
  private volatile boolean isMade;

  SlotNetwork(ContainerHost host, String name) {
    this.host = host;
    this.name = name;
  }

  /** Creates the network if necessary, and returns its name. */
  String ready() throws IOException, InterruptedException {
    if (!isMade) {
      List<String> words = new ArrayList<>(List.of("network", "create"));
      words.addAll(host.owner().labels());
      if (host.ready().isPodman()) { // otherwise the machine routes between its networks
        words.addAll(List.of("--opt", "isolate=true"));
      }
      words.add(name);
      EngineAnswer made = host.run(LIMIT, words);
      if (!made.isOk() && !made.errors().contains("already exists")) {
        throw new IOException("there is no network for runs in containers: " + made.problem());
      }
      isMade = true;
    }
    return name;
  }

  /** Has the network created again at its next use, as the engine may have lost it. */
  void doubt() {
    isMade = false;
  }

  @Override
  public void close() {
    if (isMade) {
      host.remove(List.of("network", "rm"), name);
    }
  }
}
