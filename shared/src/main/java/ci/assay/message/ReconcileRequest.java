package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.util.List;

/** An observer's question to the coordinator: what has become of these jobs? */
public record ReconcileRequest(List<JobId> jobs) implements Message {

  /** The most jobs in one question, so that the answer stays within the size limit of messages. */
  public static final int MOST = 200;

  public ReconcileRequest {
    jobs = List.copyOf(Names.present("jobs", jobs));
    if (jobs.size() > MOST) {
      throw new InvalidInputException(
          "a question about " + jobs.size() + " jobs; at most " + MOST + " are allowed");
    }
  }
}
