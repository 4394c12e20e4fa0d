package ci.assay.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment and the arguments that this process was given, with the passwords among them.
 *
 * <p>Any process of the same user, a run among them, may read in {@code /proc} what a program was
 * started with. So the launcher takes passwords out of both and hands them over in a pipe, which is
 * read here once and is empty then. Without the launcher it is what Java says. Safe for use by many
 * threads.
 */
public final class ProcessEnvironment {

  /** Names the pipe to Java. */
  private static final String PIPE = "assay.secrets";

  /** The launcher's prefix for what it took from the environment; then {@code NAME=VALUE}. */
  private static final String VARIABLE = "E";

  /** And for what it took from the arguments; then {@code INDEX=VALUE}. */
  private static final String ARGUMENT = "A";

  /** The variables that children have to do without, unless they are given back to them. */
  private final Map<String, String> hidden = new HashMap<>();

  private final Map<Integer, String> arguments = new HashMap<>();

  private static final class OfProcess {
    private static final ProcessEnvironment INSTANCE = read(System.getProperty(PIPE));
  }

  private ProcessEnvironment() {}

  /** That of this process; the first call empties the pipe, so it is to be made at the start. */
  public static ProcessEnvironment get() {
    return OfProcess.INSTANCE;
  }

  /** Reads what the launcher put into {@code pipe}, nothing when there is none. */
  static ProcessEnvironment read(@Nullable String pipe) {
    ProcessEnvironment environment = new ProcessEnvironment();
    if (pipe == null) {
      return environment;
    }
    try (InputStream in = Files.newInputStream(Path.of(pipe))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String entry : text.split("\0", -1)) {
        environment.put(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("what the launcher hands over cannot be read", e);
    }
    return environment;
  }

  private void put(String entry) {
    int equals = entry.indexOf('=');
    if (equals < 1) {
      return;
    }
    String name = entry.substring(1, equals);
    String value = entry.substring(equals + 1);
    switch (entry.substring(0, 1)) {
      case VARIABLE -> hidden.put(name, value);
      case ARGUMENT -> arguments.put(Integer.valueOf(name), value);
      default -> throw new IllegalStateException("the launcher is of another version of Assay");
    }
  }

  /** All variables. */
  public Map<String, String> variables() {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(hidden);
    return Map.copyOf(all);
  }

  /** The variable's value, null when there is none. */
  public @Nullable String variable(String name) {
    String value = hidden.get(name);
    return value == null ? System.getenv(name) : value;
  }

  /** The arguments as they were typed, for those that Java was given. */
  public String[] arguments(String... shown) {
    String[] typed = shown.clone();
    arguments.forEach((index, value) -> typed[index] = value);
    return typed;
  }

  /**
   * Gives a program of the user's own, such as a credential helper, the variables that it may need
   * and that are none of Assay's.
   */
  public void restoreForeign(Map<String, String> environment) {
    hidden.forEach(
        (name, value) -> {
          if (!name.startsWith("ASSAY_")) {
            environment.put(name, value);
          }
        });
  }
}
