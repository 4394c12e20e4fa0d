package ci.assay.cli.value;

import ci.assay.common.Sizes;

/**
 * An amount of disk space.
 *
 * @param bytes 0 or more
 */
public record Size(long bytes) {

  public static Size parse(String text) {
    return new Size(Sizes.parse(text));
  }
}
