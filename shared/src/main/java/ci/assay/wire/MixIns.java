package ci.assay.wire;

import ci.assay.message.Presence;
import ci.assay.message.RunReturned;
import ci.assay.model.Change;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.JobId;
import ci.assay.model.Origin;
import ci.assay.model.Revision;
import ci.assay.model.Ruling;
import ci.assay.model.RunId;
import ci.assay.model.StepRecord;
import ci.assay.model.Surroundings;
import ci.assay.model.Task;
import ci.assay.model.Verdict;
import ci.assay.model.artifact.ArtifactSummary;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.annotation.JsonAppend;
import com.fasterxml.jackson.databind.annotation.JsonAppend.Attr;
import com.fasterxml.jackson.databind.annotation.JsonAppend.Prop;

/**
 * The Jackson annotations for the records of the model, which do not know Jackson. Each message
 * begins with its {@code type} and {@code version}; the component {@code id} is called {@code job}
 * in messages about a job.
 */
final class MixIns {

  static final String TYPE = "type";
  static final String VERSION = "version";

  private MixIns() {}

  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfMessage {}

  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfMessageAboutJob {
    @JsonProperty("job")
    abstract JobId id();
  }

  /** The components are grouped in the model and unwrapped in JSON. */
  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfJob {
    @JsonUnwrapped
    abstract Revision revision();

    @JsonUnwrapped
    abstract Task task();

    @JsonUnwrapped
    abstract Origin origin();
  }

  /** {@code change} and {@code trusted} are left out, not written as null. */
  abstract static class OfOrigin {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Change change();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Boolean trusted();
  }

  /** As of a job. */
  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfResult {
    @JsonProperty("job")
    abstract JobId id();

    @JsonUnwrapped
    abstract RunId runId();

    @JsonUnwrapped
    abstract Conclusion conclusion();

    @JsonUnwrapped
    abstract Execution execution();

    @JsonUnwrapped
    abstract Findings findings();
  }

  /** As of a job. */
  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfPresence {
    @JsonUnwrapped
    abstract Presence.Sender sender();

    @JsonUnwrapped
    abstract Presence.Capacity capacity();

    @JsonUnwrapped
    abstract Presence.Load load();

    @JsonUnwrapped
    abstract Presence.Condition condition();
  }

  /** {@code earlier} is left out, not written as null. */
  abstract static class OfRunId {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String earlier();
  }

  /** {@code leaving} is left out, not written as null. */
  abstract static class OfCondition {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Boolean leaving();
  }

  /** As of a job. */
  @JsonAppend(
      prepend = true,
      props = @Prop(value = TypeProperty.class, name = TYPE, type = String.class),
      attrs = @Attr(VERSION))
  abstract static class OfReturned {
    @JsonProperty("job")
    abstract JobId id();

    @JsonUnwrapped
    abstract RunReturned.Why why();
  }

  /** {@code unseen} and {@code mend} are left out, not written as null. */
  abstract static class OfWhy {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Boolean unseen();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String mend();
  }

  /** Unwrapped like a job, but a file and not a message, with a version of its own. */
  abstract static class OfVerdict {
    @JsonUnwrapped
    abstract Verdict.Subject subject();

    @JsonUnwrapped
    abstract Verdict.Times times();
  }

  /** {@code command} is left out, not written as null. */
  abstract static class OfConclusion {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Conclusion.Command command();
  }

  /** As of a job. */
  abstract static class OfExecution {
    @JsonUnwrapped
    abstract Surroundings surroundings();
  }

  /** What is not known is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfSurroundings {}

  /** {@code executor} is left out, not written as null. */
  abstract static class OfCapacity {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String executor();
  }

  /** What a run does not have is left out, not written as null. */
  abstract static class OfFindings {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract FileSummary cases();

    @JsonUnwrapped
    abstract StepRecord stepRecord();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract ArtifactSummary artifacts();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String markdown();
  }

  /** What there is nothing to say of is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfStepRecord {}

  /** What there is nothing to say of is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfArtifactSummary {
    @JsonIgnore
    abstract boolean isSent();
  }

  /** What is not so is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfStoredArtifacts {
    @JsonIgnore
    abstract boolean isThere();
  }

  /** Those that travel in pieces are left out, not written as null. */
  abstract static class OfInlineFiles {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String manifest();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract String artifacts();
  }

  /** {@code ruling} is left out, not written as null. */
  abstract static class OfTask {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    abstract Ruling ruling();
  }

  /** {@code mayFail} is left out where it is false, as older writers do. */
  abstract static class MayFail {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    abstract boolean mayFail();
  }

  /** In files only; unknown values are left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfTestCase {
    @JsonProperty("class")
    abstract String group();

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    abstract boolean flaky();
  }

  /** Default values are left out, as older writers do. */
  abstract static class OfTestCounts {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    abstract int flaky();

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    @JsonSetter(nulls = Nulls.AS_EMPTY)
    abstract boolean atLeast();
  }

  /** {@code complete} is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfLogSummary {}
}
