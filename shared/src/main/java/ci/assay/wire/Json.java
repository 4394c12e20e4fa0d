package ci.assay.wire;

import ci.assay.common.InvalidInputException;
import ci.assay.message.InlineFiles;
import ci.assay.message.Order;
import ci.assay.message.Presence;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.StartReply;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.RunId;
import ci.assay.model.State;
import ci.assay.model.StepRecord;
import ci.assay.model.Surroundings;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/** The configuration of Jackson for messages and files. */
final class Json {

  /** ISO 8601 in UTC, always with three digits for the milliseconds. */
  private static final DateTimeFormatter INSTANT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  static final ObjectMapper MAPPER = mapper();

  /** On one line. */
  static final ObjectWriter COMPACT = MAPPER.writer().withAttribute(MixIns.VERSION, Codec.VERSION);

  /** Indented, for people. */
  static final ObjectWriter PRETTY = COMPACT.with(printer());

  private Json() {}

  private static DefaultPrettyPrinter printer() {
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    return new DefaultPrettyPrinter(separators).withObjectIndenter(new DefaultIndenter("  ", "\n"));
  }

  private static ObjectMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(values())
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .addMixIn(Origin.class, MixIns.OfOrigin.class)
            .addMixIn(Conclusion.class, MixIns.OfConclusion.class)
            .addMixIn(Execution.class, MixIns.OfExecution.class)
            .addMixIn(Surroundings.class, MixIns.OfSurroundings.class)
            .addMixIn(Presence.Capacity.class, MixIns.OfCapacity.class)
            .addMixIn(RunId.class, MixIns.OfRunId.class)
            .addMixIn(Presence.Condition.class, MixIns.OfCondition.class)
            .addMixIn(RunReturned.Why.class, MixIns.OfWhy.class)
            .addMixIn(Task.class, MixIns.OfTask.class)
            .addMixIn(Variant.class, MixIns.MayFail.class)
            .addMixIn(Verdict.Part.class, MixIns.MayFail.class)
            .addMixIn(Findings.class, MixIns.OfFindings.class)
            .addMixIn(StepRecord.class, MixIns.OfStepRecord.class)
            .addMixIn(FileSummary.class, MixIns.OfLogSummary.class)
            .addMixIn(ArtifactSummary.class, MixIns.OfArtifactSummary.class)
            .addMixIn(StoredArtifacts.class, MixIns.OfStoredArtifacts.class)
            .addMixIn(InlineFiles.class, MixIns.OfInlineFiles.class)
            .addMixIn(TestCase.class, MixIns.OfTestCase.class)
            .addMixIn(TestCounts.class, MixIns.OfTestCounts.class)
            .addMixIn(Verdict.class, MixIns.OfVerdict.class);
    for (Class<? extends Message> type : MessageTypes.all()) {
      builder.addMixIn(type, mixIn(type));
    }
    return builder.build();
  }

  private static Class<?> mixIn(Class<? extends Message> type) {
    if (type == Job.class) {
      return MixIns.OfJob.class;
    }
    if (type == Result.class) {
      return MixIns.OfResult.class;
    }
    if (type == Presence.class) {
      return MixIns.OfPresence.class;
    }
    if (type == RunReturned.class) {
      return MixIns.OfReturned.class;
    }
    boolean isAboutJob =
        Arrays.stream(type.getRecordComponents()).anyMatch(part -> part.getName().equals("id"));
    return isAboutJob ? MixIns.OfMessageAboutJob.class : MixIns.OfMessage.class;
  }

  private static SimpleModule values() {
    SimpleModule module = new SimpleModule();
    text(module, CommitId.class, CommitId::value, CommitId::new);
    text(module, JobId.class, JobId::toString, JobId::parse);
    text(module, Outcome.class, Outcome::word, Outcome::ofWord);
    text(module, Instant.class, INSTANT::format, Instant::parse);
    text(module, RunNotice.State.class, RunNotice.State::word, RunNotice.State::ofWord);
    word(module, StartReply.Decision.class);
    word(module, Order.Kind.class);
    word(module, CaseOutcome.class);
    word(module, State.class);
    text(module, Conclusion.Source.class, Conclusion.Source::word, Conclusion.Source::ofWord);
    return module;
  }

  private static <T> void text(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(type, new TextSerializer<>(type, write));
    module.addDeserializer(type, new TextDeserializer<>(type, read));
  }

  /** Maps the constants of an enum to their names in lower case. */
  private static <T extends Enum<T>> void word(SimpleModule module, Class<T> type) {
    text(
        module, type, value -> value.name().toLowerCase(Locale.ROOT), word -> constant(type, word));
  }

  private static <T extends Enum<T>> T constant(Class<T> type, String word) {
    for (T value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(word)) {
        return value;
      }
    }
    throw new InvalidInputException("'" + word + "' is not a known " + type.getSimpleName());
  }
}
