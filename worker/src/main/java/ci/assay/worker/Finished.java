package ci.assay.worker;

import ci.assay.broker.Outgoing;
import ci.assay.model.Result;
import java.util.ArrayList;
import java.util.List;

/** A run that came to a result. */
record Finished(Result result, List<Outgoing> logPieces) {

  /** What to publish, the log before the result. A durable outbox would stand here. */
  List<Outgoing> messages() {
    List<Outgoing> all = new ArrayList<>(logPieces);
    all.add(Outgoing.result(result));
    return all;
  }
}
