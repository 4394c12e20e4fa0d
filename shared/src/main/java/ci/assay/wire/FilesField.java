package ci.assay.wire;

import ci.assay.message.InlineFiles;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code files} of a result on the wire. It is the last field, so that people see the
 * others first. A stored result does not have it, since its files are stored beside it.
 */
record FilesField(@Nullable InlineFiles files) {

  /** The JSON of a result with this field added. */
  static byte[] appended(byte[] result, InlineFiles files) {
    byte[] field = Codec.json(new FilesField(files));
    byte[] all = Arrays.copyOf(result, result.length + field.length - 1);
    // in place of the closing brace of the result and the opening one of the field
    all[result.length - 1] = ',';
    System.arraycopy(field, 1, all, result.length, field.length - 1);
    return all;
  }
}
