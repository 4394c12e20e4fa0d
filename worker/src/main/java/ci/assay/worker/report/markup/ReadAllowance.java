package ci.assay.worker.report.markup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How many bytes may still be read of the reports of one run. Not safe for use by many threads. */
public final class ReadAllowance {

  private long left;

  public ReadAllowance(long bytes) {
    this.left = bytes;
  }

  /** Whether something could not be read for want of it. */
  public boolean isUsedUp() {
    return left <= 0;
  }

  /** The same stream, which ends when nothing is left. */
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
