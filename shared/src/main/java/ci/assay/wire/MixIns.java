package ci.assay.wire;

import ci.assay.model.JobId;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonAppend;
import com.fasterxml.jackson.databind.annotation.JsonAppend.Attr;
import java.util.Map;

/**
 * What Jackson has to know about the records of the model, which know nothing of Jackson: each
 * message begins with its {@code type} and {@code version}, and {@code id} is called {@code job} in
 * the messages that are about one.
 */
final class MixIns {

  private static final String TYPE = "type";
  private static final String VERSION = "version";

  /** The values that the annotations below ask the writer for. */
  static final Map<String, ?> ATTRIBUTES =
      Map.of("job", "job", "started", "started", "result", "result", VERSION, Codec.VERSION);

  private MixIns() {}

  @JsonAppend(
      prepend = true,
      attrs = {@Attr(value = "job", propName = TYPE), @Attr(VERSION)})
  abstract static class OfJob {}

  @JsonAppend(
      prepend = true,
      attrs = {@Attr(value = "started", propName = TYPE), @Attr(VERSION)})
  abstract static class OfStarted {
    @JsonProperty("job")
    abstract JobId id();
  }

  @JsonAppend(
      prepend = true,
      attrs = {@Attr(value = "result", propName = TYPE), @Attr(VERSION)})
  abstract static class OfResult {
    @JsonProperty("job")
    abstract JobId id();
  }

  /** {@code complete} is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  abstract static class OfLogSummary {}
}
