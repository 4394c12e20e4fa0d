package ci.assay.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunLimitsTest {

  @Test
  void allOrSomeCanBeGiven() {
    assertThat(RunLimits.parse("memory=4g, processes=2000,cpu=150%,disk=10g"))
        .isEqualTo(
            new RunLimits(
                OptionalLong.of(4L << 30),
                OptionalInt.of(2000),
                OptionalInt.of(150),
                OptionalLong.of(10L << 30)));
    assertThat(RunLimits.parse("processes=100").memory()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "memory",
        "memory=",
        "memory=4",
        "memory=1k",
        "processes=3",
        "processes=x",
        "cpu=2",
        "cpu=0%",
        "disk=1M",
        "network=3g",
        "memory=-4g",
        "processes=99999999999",
        "cpu=99999999999%"
      })
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> RunLimits.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(".*(is not a|is too little for|is not like).*");
  }
}
