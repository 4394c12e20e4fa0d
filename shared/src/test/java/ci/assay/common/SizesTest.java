package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

  @Test
  void areReadInPowersOf1024() {
    assertThat(Sizes.parse("64K")).isEqualTo(65_536);
    assertThat(Sizes.parse("500M")).isEqualTo(524_288_000);
    assertThat(Sizes.parse("2G")).isEqualTo(2_147_483_648L);
    assertThat(Sizes.parse("1T")).isEqualTo(1_099_511_627_776L);
    assertThat(Sizes.parse("999999T")).isPositive();
    assertThat(Sizes.parse("0")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "500", "M", "-1M", "1.5G", "500 M", "500MB", "500m", "1000000T"})
  void otherFormsAreRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Sizes.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("size '" + text + "' is not like 64K, 500M, 2G or 0");
  }

  @Test
  void areWrittenForPeople() {
    assertThat(Sizes.text(0)).isEqualTo("0 bytes");
    assertThat(Sizes.text(1_023)).isEqualTo("1023 bytes");
    assertThat(Sizes.text(1_536)).isEqualTo("1.5K");
    assertThat(Sizes.text(524_288_000)).isEqualTo("500M");
    assertThat(Sizes.text(2L << 30)).isEqualTo("2G");
    assertThat(Sizes.text(Long.MAX_VALUE)).endsWith("T");
  }
}
