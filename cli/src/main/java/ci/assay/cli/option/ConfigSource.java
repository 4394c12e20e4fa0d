package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.settings.ConfigReader;
import ci.assay.cli.settings.SettingsProvider;
import ci.assay.common.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Finds {@code assay.yaml}, and reads it once, when it is needed first. */
public final class ConfigSource implements Supplier<ConfigFile> {

  private static final String OPTION = "--config";
  private static final String VARIABLE = "ASSAY_CONFIG";
  private static final String USUAL_NAME = "assay.yaml";

  private final CommandContext context;
  private final String[] arguments;
  private Supplier<CommandLine> commands;
  private @Nullable ConfigFile read;

  public ConfigSource(CommandContext context, String... arguments) {
    this.context = context;
    this.arguments = arguments;
    this.commands = () -> new CommandLine(new AssayCommand());
  }

  /**
   * Sets which options exist.
   *
   * @param all creates the command with all its subcommands; called only when there is a file
   */
  public void setCommands(Supplier<CommandLine> all) {
    commands = all;
  }

  private Set<String> keys() {
    CommandLine all = commands.get();
    Set<String> keys =
        Stream.concat(
                Stream.of(all.getCommandSpec()),
                all.getSubcommands().values().stream().map(CommandLine::getCommandSpec))
            .flatMap(ConfigSource::keysOf)
            .collect(Collectors.toSet());
    keys.remove(OPTION.substring(2));
    return keys;
  }

  private static Stream<String> keysOf(CommandSpec command) {
    return command.options().stream().map(SettingsProvider::keyOf).filter(Objects::nonNull);
  }

  @Override
  public ConfigFile get() {
    ConfigFile known = read;
    if (known == null) {
      Path file = file();
      known =
          file == null ? ConfigFile.NONE : ConfigReader.read(file, context.environment(), keys());
      read = known;
    }
    return known;
  }

  /**
   * Reads it again.
   *
   * @throws InvalidInputException with a line for each thing that is wrong with it
   */
  public ConfigFile reread() {
    Path file = file();
    ConfigFile now =
        file == null ? ConfigFile.NONE : ConfigReader.read(file, context.environment(), keys());
    if (!now.problems().isEmpty()) {
      throw new InvalidInputException(String.join("\n", now.problems()));
    }
    return now;
  }

  /** Which file it is; null where there is none. */
  public @Nullable Path file() {
    String named = named();
    if (named != null) {
      return context.path(named);
    }
    Path usual = context.path(USUAL_NAME);
    return Files.exists(usual) ? usual : null;
  }

  /**
   * Whether it was not named, but found in a git repository, so that a commit may have brought it.
   */
  boolean isInRepository() {
    Path each = named() == null ? file() : null;
    while (each != null) {
      each = each.getParent();
      if (each != null && Files.exists(each.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
    }
    return false;
  }

  /** Looks for the option before the others are parsed, because the file gives values to those. */
  private @Nullable String named() {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith(OPTION + "=")) {
        return arguments[i].substring(OPTION.length() + 1);
      }
      if (arguments[i].equals(OPTION) && i + 1 < arguments.length) {
        return arguments[i + 1];
      }
    }
    String variable = context.environment().getOrDefault(VARIABLE, "");
    return variable.isEmpty() ? null : variable;
  }
}
