package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.Setting;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.OptionValues;
import ci.assay.cli.value.RefGlob;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.AssayException;
import ci.assay.common.InvalidInputException;
import ci.assay.model.Repository;
import ci.assay.observer.settings.WatchedRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the entries of {@code repositories} in {@code assay.yaml}, and collects all errors. */
final class WatchedSections {

  private final CommandContext context;
  private final WatchOptions options;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param options the values for settings that an entry does not have
   */
  WatchedSections(CommandContext context, WatchOptions options) {
    this.context = context;
    this.options = options;
  }

  /**
   * Reads all entries.
   *
   * @throws InvalidInputException with one line for each error
   */
  List<WatchedRepository> read(List<Map<String, Setting>> sections) {
    List<WatchedRepository> all = new ArrayList<>();
    for (Map<String, Setting> section : sections) {
      WatchOptions own = ownOptions(section);
      repository(section).ifPresent(repository -> all.add(own.watched(repository)));
    }
    if (!problems.isEmpty()) {
      throw new InvalidInputException(String.join("\n", problems));
    }
    return all;
  }

  private Optional<Repository> repository(Map<String, Setting> section) {
    Setting name = section.get("name");
    return value(
        section,
        "url",
        url ->
            name == null
                ? RepositoryArgument.parse(context, url)
                : new Repository(name.text(), RepositoryArgument.absolute(context, url)));
  }

  private WatchOptions ownOptions(Map<String, Setting> section) {
    WatchOptions own = new WatchOptions();
    own.interval = value(section, "interval", OptionValues::duration).orElse(options.interval);
    own.commits = value(section, "commits", OptionValues::selection).orElse(options.commits);
    own.refs = value(section, "refs", WatchedSections::refs).orElse(options.refs);
    own.trusted = value(section, "trusted", WatchedSections::refs).orElse(options.trusted);
    own.backlog = value(section, "backlog", Count::parse).orElse(options.backlog);
    own.timeout = value(section, "timeout", OptionValues::duration).orElse(options.timeout);
    own.pool = value(section, "pool", Name::parse).orElse(options.pool);
    own.pools = value(section, "pools", WatchedSections::pools).orElse(options.pools);
    own.test = value(section, "test", text -> text).orElse(options.test);
    return own;
  }

  private static List<RefGlob> refs(String text) {
    return List.of(text.split(",", -1)).stream().map(RefGlob::parse).toList();
  }

  private static List<Name> pools(String text) {
    return List.of(text.split(",", -1)).stream().map(Name::parse).toList();
  }

  private <T> Optional<T> value(
      Map<String, Setting> section, String key, Function<String, T> reads) {
    Setting setting = section.get(key);
    if (setting == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reads.apply(setting.text()));
    } catch (AssayException e) {
      problems.add(setting.wrong(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }
}
