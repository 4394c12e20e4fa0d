package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;
import java.time.Instant;

/**
 * What each coordinator sends through the results queue: whoever receives one is the active one.
 *
 * @param store the id of the results folder that its sender writes
 * @param coordinator the sender: its name and a random part
 * @param number counted by the sender, from 1
 */
public record Tick(String store, String coordinator, long number, Instant sentAt)
    implements Message {

  public Tick {
    Names.present("store", store);
    Names.present("coordinator", coordinator);
    sentAt = Names.millis("sentAt", sentAt);
  }
}
