package ci.assay.cli.value;

import ci.assay.common.Names;

/**
 * The name of a worker, an observer or a pool.
 *
 * @param value a valid name, see {@link Names}
 */
public record Name(String value) {

  public static Name parse(String text) {
    return new Name(Names.require("name", text));
  }
}
