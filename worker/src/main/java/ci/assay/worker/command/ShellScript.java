package ci.assay.worker.command;

import ci.assay.program.Scripts;

/** Loads our scripts for {@code sh}, and quotes words in them. */
final class ShellScript {

  private ShellScript() {}

  /** Loads a script that lies beside this class. */
  static String load(String name) {
    return Scripts.load(ShellScript.class, name);
  }

  /** The text, quoted so that the shell takes it as one literal word. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
