package ci.assay.worker.checkout;

/**
 * What {@code .gitattributes} ask for one file, as far as it matters to a work tree.
 *
 * @param lineEnds followed
 * @param hasFilter not followed, as the next two; Git LFS is not meant
 * @param hasIdent whether {@code $Id$} is to be filled in
 * @param hasEncoding whether it is to be in another encoding than git has it
 */
record FileAttributes(LineEnds lineEnds, boolean hasFilter, boolean hasIdent, boolean hasEncoding) {

  /** Those of nearly all files. */
  static final FileAttributes NONE = new FileAttributes(LineEnds.AS_THEY_ARE, false, false, false);
}
