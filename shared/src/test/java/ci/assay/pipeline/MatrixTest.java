package ci.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixTest {

  private static final String TWO_BY_THREE =
      "variants:\n  java: [17, 21]\n  database: [postgres, mysql, none]\n";

  @Test
  void eachCellHasItsNameAndItsVariables() {
    List<Cell> cells = cells(TWO_BY_THREE);
    assertThat(cells)
        .extracting(Cell::name)
        .containsExactly(
            "17-postgres", "17-mysql", "17-none", "21-postgres", "21-mysql", "21-none");
    assertThat(cells.get(0).environment())
        .isEqualTo(Map.of("ASSAY_VARIANT_JAVA", "17", "ASSAY_VARIANT_DATABASE", "postgres"));
  }

  @Test
  void excludedCellsAreLeftOutAndOthersMayFail() {
    List<Cell> cells =
        cells(
            TWO_BY_THREE
                + "  exclude: [{java: 21, database: mysql}, {database: none}]\n"
                + "  may-fail:\n    - java: 21\n");
    assertThat(cells)
        .extracting(Cell::name)
        .containsExactly("17-postgres", "17-mysql", "21-postgres");
    assertThat(cells).extracting(Cell::mayFail).containsExactly(false, false, true);
  }

  @Test
  void valuesKeepTheFormInWhichTheyAreWritten() {
    assertThat(cells("variants: {python: [3.10, '3.9', true]}"))
        .extracting(Cell::name)
        .containsExactly("3.10", "3.9", "true");
  }

  @Test
  void whatIsNoNameIsToldApartByASumOfItsValues() {
    List<Cell> cells =
        cells("variants: {a: [x y, x_y, ../up, verdict.json], b: ['1', '" + "2".repeat(80) + "']}");
    assertThat(cells).hasSize(8);
    assertThat(cells).extracting(Cell::name).doesNotHaveDuplicates();
    assertThat(cells)
        .allSatisfy(
            cell ->
                assertThat(cell.name())
                    .matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
                    .isNotEqualTo("verdict.json"));
    assertThat(cells("variants: {a: [verdict.json]}").get(0).name()).startsWith("verdict.json-");
    assertThat(cells("variants: {a: [x-y, x], b: [z, y-z]}"))
        .extracting(Cell::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void namesAreTheSameEachTime() {
    String yaml = "variants: {a: [x y, ü], b: [1, 2]}";
    assertThat(cells(yaml)).isEqualTo(cells(yaml));
    assertThat(cells(yaml).get(0).name()).isEqualTo("x_y-1-2cb049b1");
  }

  @Test
  void placeholdersAreFilledAndOtherBracesStay() {
    Cell cell = cells(TWO_BY_THREE).get(0);
    assertThat(cell.fill("jdk-{java} ${java} {java}{other} {a,b} {} $(x)"))
        .isEqualTo("jdk-17 ${java} 17{other} {a,b} {} $(x)");
    Cell odd = cells("variants: {a: ['$1\\b{a}']}").get(0);
    assertThat(odd.fill("<{a}>")).isEqualTo("<$1\\b{a}>");
  }

  @Test
  void twoHundredAndFiftySixCellsAreTheMost() {
    assertThat(cells("variants: {a: [%s], b: [%s]}".formatted(numbers(16), numbers(16))))
        .hasSize(256);
    assertThatThrownBy(
            () -> cells("variants: {a: [%s], b: [%s]}".formatted(numbers(16), numbers(17))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            ".assay.yml line 1, column 11: 'variants' has 272 cells; at most 256 are allowed");
    String eight =
        IntStream.range(0, 8)
            .mapToObj(axis -> "a%d: [%s]".formatted(axis, numbers(60)))
            .collect(Collectors.joining(", "));
    assertThatThrownBy(() -> cells("variants: {" + eight + "}"))
        .hasMessageContaining("'variants' has more than 10000 cells; at most 256 are allowed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "variants: {} | 'variants' has no axis",
        "variants: {java: []} | 'java' is empty",
        "variants: {java: 17} | 'java' must be a list of values, such as [17, 21]",
        "variants: {java: [17, 17]} | 'java' has '17' twice",
        "variants: {a-b: [1], a_b: [1]} | axes 'a-b' and 'a_b' have the same variable",
        "variants: {java: [17], exclude: [{jav: 17}]} | 'exclude' names axis 'jav', which is not one of java",
        "variants: {java: [17], exclude: [{java: 18}]} | 'java' of 'exclude' has no value '18'; it has 17",
        "variants: {java: [17], exclude: [{java: 17}]} | 'exclude' leaves no cell",
        "variants: {java: [17], may-fail: [{java: 17}]} | all cells of 'variants' may fail",
        "variants: {java: [a b]}, pool: p | line 1",
        "{variants: {java: [a b]}, pool: 'p-{java}'} | pool 'p-a b' may only have letters",
        "{variants: {java: [1]}, pool: 'p-{jav}'} | pool 'p-{jav}' may only have letters",
      })
  void saysWhatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> cells(yaml))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(", "));
  }

  private static List<Cell> cells(String yaml) {
    return PipelineFile.parse(yaml.getBytes(StandardCharsets.UTF_8)).cells();
  }
}
