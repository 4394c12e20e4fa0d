package ci.assay.cli.settings;

import java.nio.file.Path;

/**
 * A value that a person gave outside of the command line.
 *
 * @param key as in the file, {@code max-attempts}, or the variable's name
 * @param text what was written, lists joined by commas
 * @param origin where, for messages: {@code assay.yaml line 3}, {@code environment}
 */
public record Setting(String key, String text, String origin) {

  /** The setting in an environment variable. */
  static Setting ofVariable(String name, String text) {
    return new Setting(name, text, "environment");
  }

  /** The setting on a line of a file. */
  static Setting ofLine(Path file, int line, String key, String text) {
    return new Setting(key, text, at(file, line));
  }

  static String at(Path file, int line) {
    return file.getFileName() + " line " + line;
  }

  /** One line that says where the setting is and what is wrong with it. */
  public String wrong(String why) {
    return origin + ": " + key + ": " + why;
  }
}
