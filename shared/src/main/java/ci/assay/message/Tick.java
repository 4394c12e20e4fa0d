package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;
import java.time.Instant;

/**
 * A message that each coordinator sends through the results queue: the coordinator that receives
 * ticks is the active one.
 *
 * @param store the id of the sender's results folder
 * @param coordinator the sender: its name and a random part
 * @param number the number of this tick of the sender, from 1
 */
public record Tick(String store, String coordinator, long number, Instant sentAt)
    implements Message {

  public Tick {
    Names.present("store", store);
    Names.present("coordinator", coordinator);
    sentAt = Names.millis("sentAt", sentAt);
  }
}
