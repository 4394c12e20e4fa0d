package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;

/**
 * A hint that something was pushed: the observer of this repository polls it at once. The hint may
 * be lost, arrive twice or be wrong, since the observer polls regularly anyway.
 *
 * @param repository the name of the repository
 * @param by who sent the hint, for the log
 */
public record PollRequest(String repository, String by) implements Message {

  public PollRequest {
    Names.require("repository name", Names.present("repository", repository));
    Names.present("by", by);
  }
}
