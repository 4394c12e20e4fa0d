package ci.assay.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Loads Assay's own scripts, which are resources beside the classes that run them. */
public final class Scripts {

  private Scripts() {}

  /** Returns the text of the script {@code name} beside a class. */
  public static String load(Class<?> beside, String name) {
    try (InputStream script = beside.getResourceAsStream(name)) {
      if (script == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
