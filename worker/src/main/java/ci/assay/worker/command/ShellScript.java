package ci.assay.worker.command;

import ci.assay.common.Scripts;

/** What is written for {@code sh}: our own scripts, and words for them. */
final class ShellScript {

  private ShellScript() {}

  /** Reads one of those beside this class. */
  static String load(String name) {
    return Scripts.load(ShellScript.class, name);
  }

  /** One word that the shell takes literally. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
