package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import java.util.List;

/**
 * The coordinator's answer to {@link ReconcileRequest}: each job of the question is in one of the
 * three lists.
 */
public record ReconcileReply(List<JobId> judged, List<JobId> owed, List<JobId> unknown)
    implements Message {

  public ReconcileReply {
    judged = List.copyOf(Names.present("judged", judged));
    owed = List.copyOf(Names.present("owed", owed));
    unknown = List.copyOf(Names.present("unknown", unknown));
  }
}
