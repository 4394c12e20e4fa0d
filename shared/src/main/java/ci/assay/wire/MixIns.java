package ci.assay.wire;

import ci.assay.model.JobId;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What Jackson has to know about the records of the model, which know nothing of Jackson. */
final class MixIns {

  private MixIns() {}

  /** {@code id} is called {@code job} in the messages that are about one. */
  abstract static class AboutJob {
    @JsonProperty("job")
    abstract JobId id();
  }

  /** A field that is left out, not written as null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  abstract static class OmitNull {}
}
