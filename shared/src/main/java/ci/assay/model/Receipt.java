package ci.assay.model;

import java.util.List;

/**
 * The coordinator's answer to an {@link Order}.
 *
 * @param done whether something was done
 * @param lines what was done, or why nothing was, for people
 */
public record Receipt(boolean done, List<String> lines) implements Message {

  public Receipt {
    lines = List.copyOf(Names.present("lines", lines));
  }
}
