package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartsInputStreamTest {

  private static PartsInputStream of(String... parts) {
    Iterator<String> left = List.of(parts).iterator();
    return new PartsInputStream() {
      @Override
      protected byte @Nullable [] next() {
        return left.hasNext() ? left.next().getBytes(StandardCharsets.UTF_8) : null;
      }
    };
  }

  @Test
  void partsAreReadOneAfterTheOther() throws Exception {
    assertThat(of("one ", "", "two", "").readAllBytes()).asString().isEqualTo("one two");
    assertThat(of().readAllBytes()).isEmpty();
  }

  @Test
  void bytesMayBeReadOneByOneAndTheEndIsTheEnd() throws Exception {
    PartsInputStream stream = of("a", "\u00e9");
    assertThat(stream.read()).isEqualTo('a');
    assertThat(stream.read(new byte[4], 0, 0)).isZero();
    assertThat(stream.read()).isEqualTo(0xC3);
    assertThat(stream.read()).isEqualTo(0xA9);
    assertThat(stream.read()).isEqualTo(-1);
    assertThat(stream.read(new byte[4], 0, 4)).isEqualTo(-1);
  }
}
