package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;
import java.util.List;

/**
 * The coordinator's answer to an {@link Order}.
 *
 * @param done whether something was done
 * @param lines what was done, or why nothing was, for people
 */
public record OrderReply(boolean done, List<String> lines) implements Message {

  public OrderReply {
    lines = List.copyOf(Names.present("lines", lines));
  }
}
