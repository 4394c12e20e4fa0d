package ci.assay.common;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is made part by part while it is read, so that never more than one part is in
 * memory. Not thread-safe.
 */
public abstract class PartsInputStream extends InputStream {

  private byte[] part = new byte[0];
  private int at;

  /** The next part, which may be empty; null at the end, then and ever after. */
  protected abstract byte @Nullable [] next() throws IOException;

  @Override
  public final int read() throws IOException {
    return hasMore() ? part[at++] & 0xFF : -1;
  }

  @Override
  public final int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int count = Math.min(length, part.length - at);
    System.arraycopy(part, at, into, offset, count);
    at += count;
    return count;
  }

  private boolean hasMore() throws IOException {
    while (at == part.length) {
      byte[] following = next();
      if (following == null) {
        return false;
      }
      part = following;
      at = 0;
    }
    return true;
  }
}
