package ci.assay.worker.checkout;

/**
 * The attributes of one file in {@code .gitattributes} that affect a work tree.
 *
 * @param lineEnds the line ends to write; the only attribute that is followed
 * @param hasFilter whether it has a filter other than Git LFS; filters are not run
 * @param hasIdent whether it asks to fill in {@code $Id$}, which is not done
 * @param hasEncoding whether it asks for another encoding than UTF-8, which is not done
 */
record FileAttributes(LineEnds lineEnds, boolean hasFilter, boolean hasIdent, boolean hasEncoding) {

  /** The attributes of nearly all files. */
  static final FileAttributes NONE = new FileAttributes(LineEnds.AS_THEY_ARE, false, false, false);
}
