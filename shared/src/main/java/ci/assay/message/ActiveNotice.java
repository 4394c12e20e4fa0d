package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;
import java.time.Instant;

/**
 * The active coordinator tells every program that it is active.
 *
 * @param store the id of the results folder that it writes
 * @param coordinator the coordinator's name and a random part
 */
public record ActiveNotice(String store, String coordinator, Instant sentAt) implements Message {

  public ActiveNotice {
    Names.present("store", store);
    Names.present("coordinator", coordinator);
    sentAt = Names.millis("sentAt", sentAt);
  }
}
