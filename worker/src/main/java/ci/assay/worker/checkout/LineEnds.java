package ci.assay.worker.checkout;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** How the lines of a file end in a work tree, as with git in its default configuration. */
enum LineEnds {
  /** As in the commit. */
  AS_THEY_ARE,
  /** CR LF, in text and binary files alike. */
  CRLF,
  /** CR LF in a text file whose lines all end with LF alone; else as in the commit. */
  CRLF_IF_TEXT;

  private static final int END_OF_FILE_MARK = 0x1a;
  private static final int ESCAPE = 0x1b;
  private static final int DELETE = 0x7f;

  /**
   * The line ends of a file.
   *
   * @param size bytes
   * @param loneLf the number of LF without CR
   * @param loneCr the number of CR without LF
   * @param crLf the number of CR LF
   * @param isBinary whether git takes it for a binary file
   */
  record Contents(long size, long loneLf, long loneCr, long crLf, boolean isBinary) {}

  /** Whether a file with these contents is written differently from the commit. */
  boolean changes(Contents contents) {
    return switch (this) {
      case AS_THEY_ARE -> false;
      case CRLF -> contents.loneLf() > 0;
      case CRLF_IF_TEXT ->
          contents.loneLf() > 0
              && contents.loneCr() == 0
              && contents.crLf() == 0
              && !contents.isBinary();
    };
  }

  /** Reads a file. Whether it is binary is decided by the same rule as in git. */
  static Contents contentsOf(InputStream file) throws IOException {
    InputStream in = new BufferedInputStream(file);
    long size = 0;
    long loneLf = 0;
    long loneCr = 0;
    long crLf = 0;
    long zeros = 0;
    long printable = 0;
    long others = 0;
    int last = -1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      size++;
      if (next == '\n') {
        if (last == '\r') {
          crLf++;
          loneCr--;
        } else {
          loneLf++;
        }
      } else if (next == '\r') {
        loneCr++;
      } else if (isPrintable(next)) {
        printable++;
      } else {
        others++;
        zeros += next == 0 ? 1 : 0;
      }
      last = next;
    }
    others -= last == END_OF_FILE_MARK ? 1 : 0;
    boolean isBinary = loneCr > 0 || zeros > 0 || printable / 128 < others;
    return new Contents(size, loneLf, loneCr, crLf, isBinary);
  }

  private static boolean isPrintable(int character) {
    return (character >= ' ' && character != DELETE)
        || character == '\b'
        || character == '\t'
        || character == ESCAPE
        || character == '\f';
  }

  /** Copies a file, and adds a CR before each LF without one. */
  static void addCr(InputStream file, OutputStream to) throws IOException {
    InputStream in = new BufferedInputStream(file);
    OutputStream out = new BufferedOutputStream(to);
    int last = -1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n' && last != '\r') {
        out.write('\r');
      }
      out.write(next);
      last = next;
    }
    out.flush();
  }
}
