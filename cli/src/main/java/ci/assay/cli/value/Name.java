package ci.assay.cli.value;

import ci.assay.common.Names;

/**
 * The name of a worker, an observer, a pool.
 *
 * @param value as the rule for names allows it
 */
public record Name(String value) {

  public static Name parse(String text) {
    return new Name(Names.require("name", text));
  }
}
