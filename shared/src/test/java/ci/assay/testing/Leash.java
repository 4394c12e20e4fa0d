package ci.assay.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Cleans up after this JVM even when it is killed and no shutdown hook runs. */
final class Leash {

  private Leash() {}

  /**
   * Runs a command once this JVM has ended, which closes the pipe to a waiting shell. The command's
   * output is discarded, since mostly there is nothing left to clean up.
   */
  static void runAfterThisJvm(List<String> command) {
    List<String> shell = new ArrayList<>(List.of("sh", "-c", "cat; exec \"$@\"", "leash"));
    shell.addAll(command);
    try {
      new ProcessBuilder(shell)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
