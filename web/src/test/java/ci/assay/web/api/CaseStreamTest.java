package ci.assay.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Clients that ask for more test cases than fit into memory. */
class CaseStreamTest {

  @Test
  void caseAfterCaseIsReadAsTheClientTakesThem() throws IOException {
    AtomicInteger read = new AtomicInteger();
    AtomicBoolean isClosed = new AtomicBoolean();
    Stream<TestCase> endless =
        IntStream.iterate(0, number -> number + 1)
            .peek(read::set)
            .mapToObj(CaseStreamTest::testCase)
            .onClose(() -> isClosed.set(true));
    try (CaseStream stream = new CaseStream(endless)) {
      assertThat(stream.readNBytes(10_000)).hasSize(10_000);
    }
    assertThat(read.get()).isLessThan(500);
    assertThat(isClosed).isTrue();
  }

  @Test
  void itIsThePageOfAllCases() throws IOException {
    for (int count : new int[] {0, 1, 3}) {
      List<TestCase> cases = IntStream.range(0, count).mapToObj(CaseStreamTest::testCase).toList();
      try (CaseStream stream = new CaseStream(cases.stream())) {
        assertThat(stream.readAllBytes()).isEqualTo(Codec.json(new ApiModels.Page<>(cases, null)));
      }
    }
  }

  private static TestCase testCase(int number) {
    return new TestCase(
        "group", "test \"" + number + "\"", CaseOutcome.PASSED, 1L, null, null, false);
  }
}
