package ci.assay.coordinator.store;

import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.IncomingMessage;
import java.io.IOException;

/** A handler that writes to disk, which can fail; {@link DiskWatch#guard} handles such failures. */
@FunctionalInterface
public interface StoringHandler {
  Disposition handle(IncomingMessage message) throws IOException, InterruptedException;
}
