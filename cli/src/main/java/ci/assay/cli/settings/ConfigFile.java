package ci.assay.cli.settings;

import ci.assay.notify.rule.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code assay.yaml}.
 *
 * @param settings values for options, by the option's name without its dashes
 * @param repositories one for each entry of {@code repositories}, its settings by key
 * @param secrets one for each entry of {@code secrets}, its settings by key
 * @param notifications the section {@code notify}; null if the file has none
 * @param problems all errors, one line each; the rest is usable
 */
public record ConfigFile(
    Map<String, Setting> settings,
    List<Map<String, Setting>> repositories,
    List<Map<String, Setting>> secrets,
    @Nullable NotifySection notifications,
    List<String> problems) {

  /**
   * What {@code notify} says.
   *
   * @param settings of all rules, by key
   * @param rules one for each entry of {@code rules}
   */
  public record NotifySection(Map<String, Setting> settings, List<Map<String, Setting>> rules) {
    public NotifySection {
      settings = Map.copyOf(settings);
      rules = List.copyOf(rules);
    }
  }

  /** The keys of {@code notify} beside {@code rules}. */
  static final List<String> NOTIFY_KEYS = List.of("address", "give-up-after");

  /** The keys of an entry of {@code repositories}. */
  static final List<String> REPOSITORY_KEYS =
      List.of(
          "name",
          "url",
          "refs",
          "commits",
          "backlog",
          "interval",
          "test",
          "timeout",
          "pool",
          "pools",
          "trusted");

  /** The keys of an entry of {@code secrets}. */
  static final List<String> SECRET_KEYS =
      List.of("name", "file", "command", "repositories", "refs", "pools");

  /** The keys of an entry of {@code rules}: those of all kinds, and of each. */
  static List<String> ruleKeys() {
    return Stream.concat(
            Stream.of("name", "kind", "when", "repositories", "branches", "outcomes"),
            Arrays.stream(Rule.Kind.values()).flatMap(kind -> kind.keys().stream()))
        .distinct()
        .toList();
  }

  /** No file. */
  public static final ConfigFile NONE =
      new ConfigFile(Map.of(), List.of(), List.of(), null, List.of());

  public ConfigFile {
    settings = Map.copyOf(settings);
    repositories = List.copyOf(repositories);
    secrets = List.copyOf(secrets);
    problems = List.copyOf(problems);
  }
}
