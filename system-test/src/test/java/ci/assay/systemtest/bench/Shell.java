package ci.assay.systemtest.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs programs of the system, and fails unless they succeed. */
final class Shell {

  private Shell() {}

  /** Runs a command; returns its output. */
  static String run(Path folder, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    require(process, String.join(" ", command) + ": " + output);
    return output;
  }

  static void require(Process process, String what) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new AssertionError("exit " + process.exitValue() + " of " + what);
    }
  }
}
