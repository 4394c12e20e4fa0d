package ci.assay.cli.value;

import ci.assay.common.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine, changed into a valid name. Does no look-up. */
public final class HostName {

  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  public static String get() {
    String name = read().split("\\.", 2)[0].replaceAll("[^A-Za-z0-9_-]", "-");
    String cut = name.substring(0, Math.min(name.length(), Names.MAX_LENGTH));
    return cut.isEmpty() ? "localhost" : cut;
  }

  private static String read() {
    try {
      return Files.readString(KERNEL).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
