package ci.assay.web.api;

import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * The JSON of an {@link ApiModels.Page} of test cases, made while it is read: a run may have a
 * hundred thousand, and several clients may ask for them at a time. Not thread-safe.
 */
final class CaseStream extends InputStream {

  private static final byte[] END = "],\"next\":null}".getBytes(StandardCharsets.UTF_8);

  private final Stream<TestCase> cases;
  private final Iterator<TestCase> left;
  private byte[] part = "{\"items\":[".getBytes(StandardCharsets.UTF_8);
  private int at;
  private boolean isFirst = true;
  private boolean isAtEnd;

  /**
   * @param cases closed by this object
   */
  CaseStream(Stream<TestCase> cases) {
    this.cases = cases;
    this.left = cases.iterator();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (at == part.length && !next()) {
      return -1;
    }
    int count = Math.min(length, part.length - at);
    System.arraycopy(part, at, into, offset, count);
    at += count;
    return count;
  }

  private boolean next() throws IOException {
    if (isAtEnd) {
      return false;
    }
    try {
      isAtEnd = !left.hasNext();
      part = isAtEnd ? END : json(left.next());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    at = 0;
    return true;
  }

  private byte[] json(TestCase one) {
    String text = Codec.line(one);
    String separated = isFirst ? text : "," + text;
    isFirst = false;
    return separated.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    cases.close();
  }
}
