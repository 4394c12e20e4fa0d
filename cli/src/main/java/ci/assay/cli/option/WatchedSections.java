package ci.assay.cli.option;

import ci.assay.cli.process.CommandContext;
import ci.assay.cli.settings.Setting;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.OptionValues;
import ci.assay.cli.value.RefGlob;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.InvalidInputException;
import ci.assay.model.Repository;
import ci.assay.observer.settings.WatchedRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the entries of {@code repositories} in {@code assay.yaml}, and collects all errors. */
final class WatchedSections {

  private final CommandContext context;
  private final WatchOptions options;
  private final SectionReader reader = new SectionReader();

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
    if (!reader.problems().isEmpty()) {
      throw new InvalidInputException(String.join("\n", reader.problems()));
    }
    return all;
  }

  private Optional<Repository> repository(Map<String, Setting> section) {
    Setting name = section.get("name");
    return reader.value(
        section,
        "url",
        url ->
            name == null
                ? RepositoryArgument.parse(context, url)
                : new Repository(name.text(), RepositoryArgument.absolute(context, url)));
  }

  private WatchOptions ownOptions(Map<String, Setting> section) {
    WatchOptions own = new WatchOptions();
    own.interval =
        reader.value(section, "interval", OptionValues::duration).orElse(options.interval);
    own.commits = reader.value(section, "commits", OptionValues::selection).orElse(options.commits);
    own.refs = reader.value(section, "refs", WatchedSections::refs).orElse(options.refs);
    own.trusted = reader.value(section, "trusted", WatchedSections::refs).orElse(options.trusted);
    own.backlog = reader.value(section, "backlog", Count::parse).orElse(options.backlog);
    own.timeout = reader.value(section, "timeout", OptionValues::duration).orElse(options.timeout);
    own.pool = reader.value(section, "pool", Name::parse).orElse(options.pool);
    own.pools = reader.value(section, "pools", WatchedSections::pools).orElse(options.pools);
    own.test = reader.value(section, "test", text -> text).orElse(options.test);
    return own;
  }

  private static List<RefGlob> refs(String text) {
    return List.of(text.split(",", -1)).stream().map(RefGlob::parse).toList();
  }

  private static List<Name> pools(String text) {
    return List.of(text.split(",", -1)).stream().map(Name::parse).toList();
  }
}
