package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import java.util.List;

/** One way to come to the verdicts of commits; what it needs is up before the first batch. */
interface Peer extends AutoCloseable {

  String name();

  /** Tests these commits. */
  Progress run(List<CommitId> commits) throws Exception;

  /** Its processes. */
  ProcessorTime time();

  @Override
  void close();
}
