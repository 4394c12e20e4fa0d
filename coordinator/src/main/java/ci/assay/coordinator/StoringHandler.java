package ci.assay.coordinator;

import ci.assay.broker.Disposition;
import ci.assay.broker.Incoming;
import java.io.IOException;

/** A handler that writes to the disk, which can fail; {@link DiskWatch} knows what to do then. */
@FunctionalInterface
interface StoringHandler {
  Disposition handle(Incoming message) throws IOException, InterruptedException;
}
