package ci.assay.worker.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a process is still alive; one that only waits to be reaped is not. */
public final class Alive {

  private Alive() {}

  public static boolean is(String pid) {
    try {
      Path stat = Path.of("/proc", pid, "stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return "ZX".indexOf(line.charAt(line.lastIndexOf(')') + 2)) < 0;
    } catch (IOException e) {
      return false;
    }
  }
}
