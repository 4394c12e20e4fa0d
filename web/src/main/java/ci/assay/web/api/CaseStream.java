package ci.assay.web.api;

import ci.assay.common.PartsInputStream;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of an {@link ApiModels.Page} of test cases, made while it is read: a run may have a
 * hundred thousand, and several clients may ask for them at a time. Not thread-safe.
 */
final class CaseStream extends PartsInputStream {

  private static final byte[] BEGIN = "{\"items\":[".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "],\"next\":null}".getBytes(StandardCharsets.UTF_8);

  private final Stream<byte[]> parts;
  private final Iterator<byte[]> left;
  private boolean isFirst = true;

  /**
   * @param cases closed by this object
   */
  CaseStream(Stream<TestCase> cases) {
    this.parts =
        Stream.concat(Stream.concat(Stream.of(BEGIN), cases.map(this::json)), Stream.of(END));
    this.left = parts.iterator();
  }

  @Override
  protected byte @Nullable [] next() throws IOException {
    try {
      return left.hasNext() ? left.next() : null;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private byte[] json(TestCase one) {
    String text = Codec.line(one);
    String separated = isFirst ? text : "," + text;
    isFirst = false;
    return separated.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    parts.close();
  }
}
