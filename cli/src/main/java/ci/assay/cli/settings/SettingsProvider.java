package ci.assay.cli.settings;

import ci.assay.common.SecretFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Gives options that are not on the command line their values from the environment or, if they are
 * not there either, from {@code assay.yaml}. Wrong values are reported together, and only if the
 * command line does not replace them.
 */
public final class SettingsProvider implements IDefaultValueProvider {

  /** As {@code descriptionKey} of an option: it can only be given on the command line. */
  public static final String COMMAND_LINE_ONLY = "-";

  /** Options for files that systemd or Docker may also provide as credentials or secrets. */
  private static final Set<String> SECRET_FILES = Set.of("broker-password-file", "token-file");

  private final Map<String, String> environment;
  private final Supplier<ConfigFile> file;
  private final Converters converters;
  private final Map<ArgSpec, List<String>> problems = new LinkedHashMap<>();

  public SettingsProvider(
      Map<String, String> environment, Supplier<ConfigFile> file, Converters converters) {
    this.environment = environment;
    this.file = file;
    this.converters = converters;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec option) {
    Setting setting = settingOf(option);
    if (setting == null) {
      return null;
    }
    List<String> wrong = converters.problemsWith(option, setting.text());
    if (!wrong.isEmpty()) {
      problems.put(option, wrong.stream().map(setting::wrong).toList());
      return null;
    }
    return setting.text();
  }

  /** All errors in the file and in the values that this command line would use. */
  public List<String> problems(ParseResult parsed) {
    List<String> all = new ArrayList<>(file.get().problems());
    problems.forEach(
        (option, wrong) -> {
          if (!isOnCommandLine(parsed, option)) {
            all.addAll(wrong);
          }
        });
    return all;
  }

  private @Nullable Setting settingOf(ArgSpec option) {
    String key = keyOf(option);
    if (key == null) {
      return null;
    }
    String variable = "ASSAY_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = environment.get(variable);
    if (value != null && !value.isEmpty()) {
      return Setting.ofVariable(variable, value);
    }
    Setting setting = file.get().settings().get(key);
    return setting == null && SECRET_FILES.contains(key) ? brought(variable) : setting;
  }

  private @Nullable Setting brought(String variable) {
    String secret = variable.substring(0, variable.length() - "_FILE".length());
    Path brought = SecretFiles.brought(environment::get, secret);
    return brought == null ? null : Setting.ofVariable(secret, brought.toString());
  }

  /** The option's key in the file; null when it has none. */
  public static @Nullable String keyOf(ArgSpec arg) {
    String given = arg.descriptionKey();
    if (given != null && !given.isEmpty()) {
      return given.equals(COMMAND_LINE_ONLY) ? null : given;
    }
    if (arg instanceof OptionSpec option) {
      return option.usageHelp() || option.versionHelp() ? null : option.longestName().substring(2);
    }
    return null;
  }

  private static boolean isOnCommandLine(ParseResult parsed, ArgSpec option) {
    for (ParseResult each = parsed; each != null; each = each.subcommand()) {
      if (option instanceof OptionSpec named
          ? each.hasMatchedOption(named)
          : each.matchedPositionals().contains(option)) {
        return true;
      }
    }
    return false;
  }
}
