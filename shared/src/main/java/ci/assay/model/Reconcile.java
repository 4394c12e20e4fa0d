package ci.assay.model;

import java.util.List;

/** An observer's question to the coordinator: what has become of these jobs? */
public record Reconcile(List<JobId> jobs) implements Message {

  /** How many one question may be about, so that the answer keeps its bound. */
  public static final int MOST = 200;

  public Reconcile {
    jobs = List.copyOf(Names.present("jobs", jobs));
    if (jobs.size() > MOST) {
      throw new InvalidInputException(
          "a question about " + jobs.size() + " jobs; at most " + MOST + " are allowed");
    }
  }
}
