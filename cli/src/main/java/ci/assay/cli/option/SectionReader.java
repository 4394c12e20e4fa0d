package ci.assay.cli.option;

import ci.assay.cli.settings.Setting;
import ci.assay.common.AssayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads values in sections of {@code assay.yaml}, and collects an error for each that is wrong. */
final class SectionReader {

  private final List<String> problems = new ArrayList<>();

  /** The errors so far, one line each. */
  List<String> problems() {
    return problems;
  }

  /**
   * The value of a key; empty if the section does not have it, or it is wrong.
   *
   * @param parser throws an {@link AssayException} for a wrong value
   */
  <T> Optional<T> value(Map<String, Setting> section, String key, Function<String, T> parser) {
    Setting setting = section.get(key);
    if (setting == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(setting.text()));
    } catch (AssayException e) {
      problems.add(setting.wrong(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** Adds an error about a key, if the section has it. */
  void reject(Map<String, Setting> section, String key, String why) {
    Setting setting = section.get(key);
    if (setting != null) {
      problems.add(setting.wrong(why));
    }
  }
}
