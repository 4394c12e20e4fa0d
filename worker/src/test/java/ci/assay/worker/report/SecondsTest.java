package ci.assay.worker.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.25       | 250",
        "0.         | 0",
        "12         | 12000",
        "1.5e-03    | 2",
        "0.0124s    | 12",
        "0,160      | 160",
        "3,52       | 3520",
        ",5         | 500",
        "1234,567   | 1234567",
        "1,200.058  | 1200058",
        "1.200,058  | 1200058",
        "1 200,058  | 1200058",
        "1\u202f200,05 | 1200050",
        "1'200.058  | 1200058",
        "12,345,678 | 12345678000",
        "٠٫١٦       | 160",
        "1,234      | ",
        "soon       | ",
        "-1         | ",
        "NaN        | ",
        "1e400      | ",
        "''         | "
      })
  void readsWhatToolsWriteInAnyCountry(String text, @Nullable Long millis) {
    assertThat(Seconds.toMillis(text)).isEqualTo(millis);
  }
}
