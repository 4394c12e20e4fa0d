package ci.assay.wire;

import static ci.assay.model.report.CaseOutcome.FAILED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import ci.assay.message.RunNotice;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.model.Change;
import ci.assay.model.FileSummary;
import ci.assay.model.Job;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.ArtifactSummary.LeftOut;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

  static Stream<Arguments> everyMessage() {
    return Samples.all().entrySet().stream()
        .map(sample -> Arguments.of(sample.getKey(), sample.getValue()));
  }

  @Test
  void runWithoutResultIsWrittenAsGone() {
    RunNotice notice =
        new RunNotice(Samples.ID, "r1", "w1", RunNotice.State.NO_RESULT, Samples.NOW);
    byte[] json = Codec.encode(notice);
    assertThat(new String(json, UTF_8)).contains("\"state\":\"gone\"");
    assertThat(Codec.decode(json)).isEqualTo(notice);
  }

  @Test
  void jobIsTrustedOnlyWithTheField() {
    Job job = Samples.JOB;
    Origin trusted = new Origin(job.queuedAt(), job.reason(), job.change(), true);
    Job other = new Job(job.id(), job.revision(), job.task(), trusted);
    String json = new String(Codec.encode(other), UTF_8);
    assertThat(json).endsWith(",\"trusted\":true}");
    assertThat(decode(json)).isEqualTo(other);
    assertThat(other.trusted()).isTrue();
    assertThat(other.withReason("audit").trusted()).isTrue();
    assertThat(((Job) decode(Samples.JOB_JSON)).trusted()).isFalse();
  }

  @Test
  void thereIsASampleOfEachKind() {
    Set<Class<?>> kinds = new HashSet<>();
    Samples.all().keySet().forEach(message -> kinds.add(message.getClass()));
    assertThat(kinds).isEqualTo(new HashSet<>(MessageTypes.all()));
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void everyMessageIsWrittenAsDocumented(Message message, String json) {
    assertThat(new String(Codec.encode(message), UTF_8)).isEqualTo(json);
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void everyMessageIsReadAsDocumented(Message message, String json) {
    assertThat(decode(json)).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void everyMessageInAFileIsReadBack(Message message, String json) {
    byte[] file = Codec.encodePretty(message);
    assertThat(new String(file, UTF_8)).contains("\n  \"version\": 1,\n").endsWith("\n}\n");
    assertThat(Codec.decodeFile(file, message.getClass())).isEqualTo(message);
  }

  @ParameterizedTest
  @MethodSource("everyMessage")
  void unknownFieldsAreIgnored(Message message, String json) {
    String extended = json.replaceFirst("\\{", "{\"later\":{\"version\":9,\"a\":[1,{}]},");
    assertThat(decode(extended)).isEqualTo(message);
  }

  @Test
  void verdictIsWrittenAndReadAsDocumented() {
    Verdict verdict = Verdict.of(List.of(Samples.RESULT));
    assertThat(new String(Codec.encodePretty(verdict), UTF_8)).isEqualTo(Samples.VERDICT_JSON);
    assertThat(Codec.decodeVerdict(Samples.VERDICT_JSON.getBytes(UTF_8))).isEqualTo(verdict);
    assertThat(Codec.line(verdict)).doesNotContain("\n").startsWith("{\"version\":1,");
  }

  @Test
  void artifactsAreWrittenAndReadAsDocumented() {
    assertThat(Codec.line(Samples.ARTIFACTS)).isEqualTo(Samples.ARTIFACTS_JSON);
    assertThat(Codec.fromJson(Samples.ARTIFACTS_JSON.getBytes(UTF_8), StoredArtifacts.class))
        .isEqualTo(Samples.ARTIFACTS);
    ArtifactSummary summary =
        new ArtifactSummary(3, 48210, 512, 1_209_600, new LeftOut(1, "a: too long"), null);
    Result result = Samples.RESULT.withArtifacts(summary);
    String json = new String(Codec.encode(result), UTF_8);
    assertThat(json)
        .contains(
            "\"artifacts\":{\"files\":3,\"bytes\":48210,\"manifestBytes\":512,"
                + "\"keepSeconds\":1209600,\"leftOut\":{\"files\":1,\"why\":\"a: too long\"}}");
    assertThat(decode(json)).isEqualTo(result);
    assertThatThrownBy(() -> decode(json.replace("\"manifestBytes\":512", "\"manifestBytes\":0")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("contradict");
  }

  @Test
  void testCasesAreWrittenAndReadAsDocumented() {
    StringBuilder written = new StringBuilder();
    Samples.CASES.forEach(each -> written.append(new String(Codec.encodeLine(each), UTF_8)));
    assertThat(written).hasToString(Samples.CASES_JSON);
    assertThat(Samples.CASES_JSON.lines().map(Codec::decodeTestCase))
        .containsExactlyElementsOf(Samples.CASES);
  }

  @Test
  void longTextsOfATestCaseAreCutAndMarked() {
    TestCase one =
        new TestCase("é".repeat(512), "é".repeat(513), FAILED, -1L, "", "😀".repeat(5_000));
    assertThat(one.group()).isEqualTo("é".repeat(512));
    assertThat(one.name()).isEqualTo("é".repeat(510) + "…");
    assertThat(one.millis()).isNull();
    assertThat(one.stack()).isEqualTo("😀".repeat(4_095) + "…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[assay: bytes 1 to 2 of this log were lost]",
        "{}",
        "{\"class\":\"a\",\"name\":\"b\",\"outcome\":\"great\"}"
      })
  void whatIsNoTestCaseIsRefused(String line) {
    assertThatThrownBy(() -> Codec.decodeTestCase(line)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void resultOfAnOlderWorkerHasNoCases() {
    String older = Samples.RESULT_JSON.replaceFirst("\"cases\":\\{.*?\\},", "");
    Result result = (Result) decode(older);
    assertThat(result.cases()).isNull();
    assertThat(new String(Codec.encode(result), UTF_8)).isEqualTo(older);
  }

  @Test
  void typeAndVersionAreFoundAtTheEnd() {
    String moved = Samples.STARTED_JSON.replace("\"type\":\"started\",\"version\":1,", "");
    assertThat(decode(moved.replace("}", ",\"version\":1,\"type\":\"started\"}")))
        .isEqualTo(Samples.STARTED);
  }

  @Test
  void replyOfAnOlderCoordinatorHasNoSettledField() {
    StartReply answer = (StartReply) decode(Samples.ANSWER_JSON.replace(",\"settled\":true", ""));
    assertThat(answer.settled()).isNull();
    assertThat(answer.runs()).isEqualTo(Samples.ANSWER.runs());
  }

  @Test
  void completeIsWrittenOnlyForAnIncompleteLog() {
    Result incomplete = Samples.RESULT.withLog(new FileSummary(48210, false, false));
    String json = new String(Codec.encode(incomplete), UTF_8);
    assertThat(json).contains("\"log\":{\"bytes\":48210,\"truncated\":false,\"complete\":false}");
    assertThat(decode(json)).isEqualTo(incomplete);
  }

  @Test
  void jobOfAnOlderObserverHasNoChangeAndWritesNone() {
    String change = Samples.JOB_JSON.substring(Samples.JOB_JSON.indexOf(",\"change\""));
    String older = Samples.JOB_JSON.replace(change, "}");
    Job job = (Job) decode(older);
    assertThat(job.change()).isNull();
    assertThat(new String(Codec.encode(job), UTF_8)).isEqualTo(older);
  }

  @Test
  void longTextsOfAChangeAreCutAndKeptOnOneLine() {
    Change change =
        new Change("\u0000a\nb\ud800" + "c".repeat(300), Instant.EPOCH, "é".repeat(501));
    assertThat(change.author()).startsWith("a b\ufffdccc").hasSize(200).endsWith("c…");
    assertThat(change.subject()).isEqualTo("é".repeat(499) + "…");
    assertThat(new Change("", Instant.EPOCH, "x" + "😀".repeat(300)).subject())
        .isEqualTo("x" + "😀".repeat(249) + "…");
  }

  @ParameterizedTest
  @CsvSource({"tree", "test"})
  void optionalFieldOfAJobMayBeMissingOrNull(String field) {
    Job with = Codec.decode(without(Samples.JOB_JSON, field), Job.class);
    assertThat(field.equals("tree") ? with.tree() : with.test()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"cause", "exitCode", "tests"})
  void optionalFieldOfAResultMayBeMissing(String field) {
    Result result = Codec.decode(without(Samples.RESULT_JSON, field), Result.class);
    assertThat(field.equals("tests") ? result.tests() : result.cause()).isNull();
  }

  @Test
  void defaultsOfTestCountsAreLeftOutForOlderReadersAndWriters() {
    TestCounts counts = new TestCounts(4, 1, 0, 1, 1, true);
    String json =
        Samples.RESULT_JSON.replace(
            "\"skipped\":3}", "\"skipped\":3,\"flaky\":1,\"atLeast\":true}");
    assertThat(Codec.decode(json.getBytes(UTF_8), Result.class).tests())
        .isEqualTo(new TestCounts(211, 2, 0, 3, 1, true));
    assertThat(Codec.line(counts))
        .isEqualTo(
            "{\"total\":4,\"failed\":1,\"errors\":0,\"skipped\":1,\"flaky\":1,\"atLeast\":true}");
    assertThat(Codec.line(new TestCounts(4, 1, 0, 1)))
        .isEqualTo("{\"total\":4,\"failed\":1,\"errors\":0,\"skipped\":1}");
    String flaky =
        "{\"class\":\"c\",\"name\":\"n\",\"outcome\":\"passed\",\"message\":\"m\",\"flaky\":true}";
    TestCase one = new TestCase("c", "n", CaseOutcome.PASSED, null, "m", null, true);
    assertThat(Codec.decodeTestCase(flaky)).isEqualTo(one);
    assertThat(new String(Codec.encodeLine(one), UTF_8)).isEqualTo(flaky + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "repository",
        "commit",
        "parents",
        "ref",
        "variant",
        "variants",
        "pool",
        "timeoutSeconds",
        "queuedAt",
        "reason"
      })
  void missingFieldOfAJobIsNamed(String field) {
    assertThatThrownBy(() -> Codec.decode(without(Samples.JOB_JSON, field)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("field '" + field + "' is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"job", "run", "worker", "startedAt"})
  void missingFieldOfAStartedIsNamed(String field) {
    assertThatThrownBy(() -> Codec.decode(without(Samples.STARTED_JSON, field)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("field '" + field + "' is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "job",
        "run",
        "attempt",
        "outcome",
        "summary",
        "worker",
        "startedAt",
        "finishedAt",
        "phasesMillis",
        "log",
        "about"
      })
  void missingFieldOfAResultIsNamed(String field) {
    assertThatThrownBy(() -> Codec.decode(without(Samples.RESULT_JSON, field)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("field '" + field + "' is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "url":"/srv/git/bottle.git" | "other":1        | repository: field 'url' is missing
          "variants":1                | "variants":null  | field 'variants' is missing
          "variants":1                | "variants":"one" | variants: Cannot coerce String value
          "variants":1                | "variants":1.5   | variants: Cannot coerce
          "variants":1                | "variants":0     | variants is 0, not 1 or more
          "commit":"4f1c              | "commit":"XX     | commit: commit 'XX
          "ref":"refs/heads/main"     | "ref":null       | field 'ref' is missing
          "queuedAt":"2026-11-23T0    | "queuedAt":"noo  | queuedAt: Text 'noo
          "queuedAt":"2026-11-23T01:02:03.456Z" | "queuedAt":12 | queuedAt: not a text
          "env":{}                    | "env":{"A":null} | variant.env
          "name":"default"            | "name":"../up"   | variant '../up' may only have letters
          bottle/4f1c                 | ../4f1c          | id: repository name '..'
          "type":"job"                | "type":"jab"     | message type 'jab' is unknown
          "type":"job",               | ``               | field 'type' is missing
          "version":1                 | "version":2      | version 2 of 'job' is not understood; this Assay reads version 1
          "version":1                 | "version":"1"    | version is 1, not a whole number
          "version":1,                | ``               | field 'version' is missing
          {"type"                     | [{"type"         | not a JSON object
          {"type"                     | type             | not JSON: Unrecognized token 'type'
          on time"}}                  | on time"}        | not JSON: Unexpected end-of-input
          on time"}}                  | on time"}}}      | not JSON:
          "author":"A                 | "by":"A          | change: field 'author' is missing
          """)
  void malformedJobIsRefusedInOneLineThatNamesTheField(String good, String bad, String said) {
    assertThat(Samples.JOB_JSON).contains(good);
    assertThatThrownBy(() -> decode(Samples.JOB_JSON.replace(good, bad)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "total":211          | "totals":211         | tests: field 'total' is missing
          "bytes":48210        | "bytes":-1           | log bytes -1 is negative
          "run":"01            | "run":"../01         | run '../01
          "outcome":"failed"   | "outcome":"great"    | outcome 'great' is unknown
          "url":"/srv/git/bottle.git" | "u":1         | about.repository: field 'url' is missing
          "fetch":9            | "fetch":null         | phasesMillis
          """)
  void malformedResultIsRefusedInOneLineThatNamesTheField(String good, String bad, String said) {
    assertThat(Samples.RESULT_JSON).contains(good);
    assertThatThrownBy(() -> decode(Samples.RESULT_JSON.replace(good, bad)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void emptyInputIsRefused() {
    assertThatThrownBy(() -> Codec.decode(new byte[0]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("not a JSON object");
  }

  @Test
  void messageOfAnotherTypeIsRefused() {
    assertThatThrownBy(() -> Codec.decode(Samples.JOB_JSON.getBytes(UTF_8), RunStarted.class))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a message of type 'job' came where 'started' is expected");
  }

  @Test
  void messageOverItsSizeLimitIsRefused() {
    String job = Samples.JOB_JSON.replace("push", "x".repeat(Codec.MAX_JOB_BYTES));
    assertThatThrownBy(() -> decode(job))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the job has " + job.length() + " bytes; at most 65536 are allowed");
    String result = Samples.RESULT_JSON.replace("2 failed", "x".repeat(Codec.MAX_RESULT_BYTES));
    assertThatThrownBy(() -> decode(result))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the result has " + result.length() + " bytes; at most 262144 are allowed");
    String refs = Samples.REFS_JSON.replace("topic", "x".repeat(Codec.MAX_REFS_BYTES));
    assertThatThrownBy(() -> decode(refs))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the message has " + refs.length() + " bytes; at most 1048576 are allowed");
  }

  @Test
  void messageJustWithinItsSizeLimitIsRead() {
    int room = Codec.MAX_JOB_BYTES - Samples.JOB_JSON.length() + "push".length();
    String job = Samples.JOB_JSON.replace("push", "x".repeat(room));
    assertThat(decode(job)).isInstanceOf(Job.class);
  }

  @Test
  void verdictOfALaterVersionIsRefused() {
    String later = Samples.VERDICT_JSON.replace("\"version\": 1", "\"version\": 2");
    assertThatThrownBy(() -> Codec.decodeVerdict(later.getBytes(UTF_8)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("version 2 of 'verdict' is not understood; this Assay reads version 1");
  }

  private static Message decode(String json) {
    return Codec.decode(json.getBytes(UTF_8));
  }

  /** The JSON with one field renamed to something unknown, at the outermost level. */
  private static byte[] without(String json, String field) {
    String renamed = json.replaceFirst("\"" + field + "\":", "\"no-" + field + "\":");
    assertThat(renamed).isNotEqualTo(json);
    return renamed.getBytes(UTF_8);
  }
}
