package ci.assay.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java for a test that needs another process. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * The command that starts the Java of this JVM. Like the JVMs of the tests it lives too short for
   * the second compiler and for a collector with threads.
   */
  public static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    return command;
  }
}
