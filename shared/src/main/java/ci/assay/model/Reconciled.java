package ci.assay.model;

import java.util.List;

/** The coordinator's answer to {@link Reconcile}: each job is in one of the three lists. */
public record Reconciled(List<JobId> judged, List<JobId> owed, List<JobId> unknown)
    implements Message {

  public Reconciled {
    judged = List.copyOf(Names.present("judged", judged));
    owed = List.copyOf(Names.present("owed", owed));
    unknown = List.copyOf(Names.present("unknown", unknown));
  }
}
