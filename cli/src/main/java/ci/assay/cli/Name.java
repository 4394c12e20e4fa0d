package ci.assay.cli;

import ci.assay.model.Names;

/**
 * The name of a worker, an observer, a pool.
 *
 * @param value as the rule for names allows it
 */
record Name(String value) {

  static Name parse(String text) {
    return new Name(Names.require("name", text));
  }
}
