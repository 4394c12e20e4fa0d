package ci.assay.wire;

import ci.assay.message.InlineFiles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code files} of a result on the wire: its last, so that people see the rest first. A
 * stored result has none, since its files lie beside it.
 */
record FilesField(@Nullable InlineFiles files) {

  /** A result's JSON with the field in it. */
  static byte[] appended(byte[] result, InlineFiles files) {
    byte[] field = Codec.json(new FilesField(files));
    byte[] all = Arrays.copyOf(result, result.length + field.length - 1);
    all[result.length - 1] = ','; // in place of one closing brace, and of an opening one
    System.arraycopy(field, 1, all, result.length, field.length - 1);
    return all;
  }
}
