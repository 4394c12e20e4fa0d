package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.ConfigFile;
import ci.assay.cli.settings.Setting;
import ci.assay.common.InvalidInputException;
import ci.assay.worker.settings.SecretSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code secrets} in {@code assay.yaml}; collects what is wrong. */
public final class SecretSections {

  private final CommandContext context;
  private final SectionReader reader = new SectionReader();

  private SecretSections(CommandContext context) {
    this.context = context;
  }

  /**
   * Reads them. No value is read.
   *
   * @throws InvalidInputException with a line for each thing that is wrong
   */
  public static List<SecretSource> read(CommandContext context, ConfigSource config) {
    ConfigFile file = config.get();
    if (!file.secrets().isEmpty() && config.isInRepository()) {
      throw new InvalidInputException(
          "assay.yaml: 'secrets' is not read from a file in a git repository, as a commit could have brought it; name the file with --config if it is yours");
    }
    return new SecretSections(context).read(file.secrets());
  }

  private List<SecretSource> read(List<Map<String, Setting>> sections) {
    List<SecretSource> all = new ArrayList<>();
    sections.forEach(section -> source(section).ifPresent(all::add));
    if (!reader.problems().isEmpty()) {
      throw new InvalidInputException(String.join("\n", reader.problems()));
    }
    return all;
  }

  private Optional<SecretSource> source(Map<String, Setting> section) {
    Optional<SecretSource.Origin> origin = origin(section);
    Optional<SecretSource.Scope> scope =
        reader.value(
            section,
            "repositories",
            text -> new SecretSource.Scope(list(text), List.of(), List.of()));
    List<String> refs = reader.value(section, "refs", SecretSections::refs).orElse(List.of());
    List<String> pools = reader.value(section, "pools", SecretSections::pools).orElse(List.of());
    if (origin.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    SecretSource.Scope whole = new SecretSource.Scope(scope.get().repositories(), refs, pools);
    return reader.value(section, "name", name -> new SecretSource(name, origin.get(), whole));
  }

  private Optional<SecretSource.Origin> origin(Map<String, Setting> section) {
    if (section.containsKey("file") && section.containsKey("command")) {
      reader.reject(section, "command", "there is 'file' already; give one of them");
      return Optional.empty();
    }
    Optional<SecretSource.Origin> file =
        reader.value(section, "file", text -> new SecretSource.InFile(context.path(text)));
    Path home = context.path("~");
    return file.isPresent()
        ? file
        : reader.value(section, "command", text -> new SecretSource.ByCommand(text, home));
  }

  private static List<String> refs(String text) {
    return new SecretSource.Scope(List.of("*"), list(text), List.of()).refs();
  }

  private static List<String> pools(String text) {
    return new SecretSource.Scope(List.of("*"), List.of(), list(text)).pools();
  }

  private static List<String> list(String text) {
    return List.of(text.split(",", -1)).stream().map(String::strip).toList();
  }
}
