package ci.assay.worker.report.markup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How many more bytes of the reports of one run may be read. Not thread-safe. */
public final class ReadAllowance {

  private long left;

  public ReadAllowance(long bytes) {
    this.left = bytes;
  }

  /** Whether no more bytes may be read. */
  public boolean isUsedUp() {
    return left <= 0;
  }

  /** A stream that reads from the given one and ends when the allowance is used up. */
  InputStream charging(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (left <= 0) {
          return -1;
        }
        int count = super.read(into, offset, (int) Math.min(length, left));
        left -= Math.max(0, count);
        return count;
      }
    };
  }
}
