package ci.assay.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment and the arguments of this process, including the passwords among them.
 *
 * <p>Any process of the same user, including a run, can read in {@code /proc} which environment and
 * arguments a program was started with. So the launcher takes passwords out of both and passes them
 * through a pipe, which is read here once. Without the launcher, environment and arguments are
 * those that Java reports. Safe for use by many threads.
 */
public final class ProcessEnvironment {

  /** The system property with the path of the pipe. */
  private static final String PIPE = "assay.secrets";

  /** The launcher's prefix for a variable of the environment; {@code NAME=VALUE} follows. */
  private static final String VARIABLE = "E";

  /** The launcher's prefix for an argument; {@code INDEX=VALUE} follows. */
  private static final String ARGUMENT = "A";

  /** The variables that child processes do not inherit; see {@link #restoreForeign}. */
  private final Map<String, String> hidden = new HashMap<>();

  private final Map<Integer, String> arguments = new HashMap<>();

  private static final class OfProcess {
    private static final ProcessEnvironment INSTANCE = read(System.getProperty(PIPE));
  }

  private ProcessEnvironment() {}

  /**
   * The environment of this process; the first call reads the pipe, so it must be made at the
   * start.
   */
  public static ProcessEnvironment get() {
    return OfProcess.INSTANCE;
  }

  /** Reads what the launcher wrote into {@code pipe}; nothing when that is null. */
  static ProcessEnvironment read(@Nullable String pipe) {
    ProcessEnvironment environment = new ProcessEnvironment();
    if (pipe == null) {
      return environment;
    }
    try {
      byte[] content = PipeReader.read(Path.of(pipe), Integer.MAX_VALUE);
      String text = new String(content, StandardCharsets.UTF_8);
      for (String entry : text.split("\0", -1)) {
        environment.put(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the pipe from the launcher cannot be read", e);
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

  /** All variables of the environment, including the hidden ones. */
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

  /**
   * The arguments as they were typed.
   *
   * @param shown the arguments that Java was given, without the hidden values
   */
  public String[] arguments(String... shown) {
    String[] typed = shown.clone();
    arguments.forEach((index, value) -> typed[index] = value);
    return typed;
  }

  /**
   * Adds the hidden variables that are not Assay's own to the environment of a child process that
   * the user trusts and that may need them, such as a credential helper.
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
