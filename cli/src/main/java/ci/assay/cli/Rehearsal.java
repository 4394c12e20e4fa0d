package ci.assay.cli;

import ci.assay.cli.embedded.EmbeddedBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the demo in a process of its own, with the broker in this one. Java records the classes of
 * that process for its start-up archive, which so gets those of observers, workers and
 * coordinators, but not those of the embedded broker.
 */
final class Rehearsal {

  private Rehearsal() {}

  /**
   * Called by the launcher with the command that runs {@code assay demo}; exits with its exit code.
   */
  public static void main(String[] command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(Arrays.asList(command));
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory()) {
      String address = broker.address().withPassword();
      words.add("--broker");
      words.add(address.replaceFirst(":[^:@/]*@", "@"));
      words.add("--broker-password-file");
      words.add("/dev/stdin");
      ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
      Process demo = builder.redirectInput(ProcessBuilder.Redirect.PIPE).start();
      try (OutputStream password = demo.getOutputStream()) {
        password.write(broker.address().password().getBytes(StandardCharsets.UTF_8));
      }
      System.exit(demo.waitFor());
    }
  }
}
