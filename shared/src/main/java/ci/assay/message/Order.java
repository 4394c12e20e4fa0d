package ci.assay.message;

import ci.assay.common.Names;
import ci.assay.model.CommitId;
import ci.assay.model.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks the coordinator to do with a commit.
 *
 * @param variant null for all variants
 * @param by the person, for the log and the results
 */
public record Order(
    Kind kind, String repository, CommitId commit, @Nullable String variant, String by)
    implements Message {

  /** What is to be done. */
  public enum Kind {
    CANCEL,
    RERUN
  }

  public Order {
    Names.present("kind", kind);
    Names.require("repository name", Names.present("repository", repository));
    Names.present("commit", commit);
    Names.present("by", by);
    if (variant != null) {
      Names.requireVariant(variant);
    }
  }
}
