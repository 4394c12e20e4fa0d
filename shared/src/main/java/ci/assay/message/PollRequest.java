package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.Message;

/**
 * A hint that something was pushed: the observer of this repository looks at it at once. It may be
 * lost, come twice or be wrong, since the observer looks anyway, only later.
 *
 * @param repository its name
 * @param by who says so, for the log
 */
public record PollRequest(String repository, String by) implements Message {

  public PollRequest {
    Names.require("repository name", Names.present("repository", repository));
    Names.present("by", by);
  }
}
