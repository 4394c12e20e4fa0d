package ci.assay.worker.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What is written for {@code sh}: our own scripts, and words for them. */
final class ShellScript {

  private ShellScript() {}

  /** Reads one of those beside this class. */
  static String load(String name) {
    try (InputStream script = ShellScript.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One word that the shell takes literally. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
