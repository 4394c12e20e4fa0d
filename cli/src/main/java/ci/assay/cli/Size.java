package ci.assay.cli;

import ci.assay.model.Sizes;

/**
 * An amount of disk.
 *
 * @param bytes 0 or more
 */
record Size(long bytes) {

  static Size parse(String text) {
    return new Size(Sizes.parse(text));
  }
}
