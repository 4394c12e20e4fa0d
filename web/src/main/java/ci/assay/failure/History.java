package ci.assay.failure;

import ci.assay.model.CommitId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What is known about a repository in addition to one line of commits. */
public interface History {

  /** The groups and names, with a space between, of the flaky tests of a variant. */
  Set<String> flaky(String repository, String variant);

  /** The last commits of a ref that passed and were queued before a time, the newest first. */
  List<CommitId> passed(String repository, String ref, Instant before, int limit);
}
