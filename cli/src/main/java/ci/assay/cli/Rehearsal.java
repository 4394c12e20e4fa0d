package ci.assay.cli;

import ci.assay.cli.embedded.EmbeddedBroker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the demo in a process of its own, with the broker in this one: so that Java, watching that
 * process for its start-up archive, sees what observers, workers and coordinators use and nothing
 * of the embedded broker.
 */
final class Rehearsal {

  private Rehearsal() {}

  /** Called by the launcher with the command that runs {@code assay demo}; exits as that does. */
  public static void main(String[] command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(Arrays.asList(command));
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory()) {
      words.add("--broker");
      words.add(broker.address().withPassword());
      Process demo = new ProcessBuilder(words).inheritIO().start();
      System.exit(demo.waitFor());
    }
  }
}
