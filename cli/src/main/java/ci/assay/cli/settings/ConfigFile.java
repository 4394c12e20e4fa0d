package ci.assay.cli.settings;

import java.util.List;
import java.util.Map;

/**
 * The content of {@code assay.yaml}.
 *
 * @param settings values for options, by the option's name without its dashes
 * @param repositories one for each entry of {@code repositories}, its settings by key
 * @param problems all errors, one line each; the rest is usable
 */
public record ConfigFile(
    Map<String, Setting> settings, List<Map<String, Setting>> repositories, List<String> problems) {

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

  /** No file. */
  public static final ConfigFile NONE = new ConfigFile(Map.of(), List.of(), List.of());

  public ConfigFile {
    settings = Map.copyOf(settings);
    repositories = List.copyOf(repositories);
    problems = List.copyOf(problems);
  }
}
