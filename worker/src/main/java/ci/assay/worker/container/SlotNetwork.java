package ci.assay.worker.container;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of the engine that is one slot's alone, so that its runs meet none of other slots. Used
 * by one thread, but closed by any.
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

  /** Its name, once the engine has it. */
  String ready() throws IOException, InterruptedException {
    if (!isMade) {
      List<String> words = new ArrayList<>(List.of("network", "create"));
      words.addAll(host.owner().labels());
      if (host.ready().isPodman()) { // whose networks are else joined by this machine
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

  /** It may have gone with its engine. */
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
