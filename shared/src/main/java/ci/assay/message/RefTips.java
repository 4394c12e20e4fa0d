package ci.assay.message;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.model.CommitId;
import ci.assay.model.Message;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the refs of a repository point: all refs that its observer watches. A ref that is not in
 * the list does not exist any more, unless {@code more} is not 0.
 *
 * @param sequence grows with each new list of the same observer; of two lists the one with the
 *     larger number is valid
 * @param refs the commit of each ref, by the ref's name: {@code refs/heads/main}
 * @param more how many refs were left out because the message would have been too long; 0 for none
 * @param sentAt by the observer's clock, when this list was first made
 */
public record RefTips(
    String repository, long sequence, Map<String, CommitId> refs, int more, Instant sentAt)
    implements Message {

  /** The longest name of a ref, in characters; refs with longer names are ignored. */
  public static final int MAX_REF_LENGTH = 512;

  /**
   * @throws InvalidInputException when a value is missing or out of its range
   */
  public RefTips {
    Names.require("repository name", Names.present("repository", repository));
    if (sequence < 1) {
      throw new InvalidInputException("field 'sequence' is " + sequence + ", not 1 or more");
    }
    SortedMap<String, CommitId> sorted = new TreeMap<>(Names.present("refs", refs));
    sorted.forEach(RefTips::require);
    refs = Collections.unmodifiableSortedMap(sorted);
    if (more < 0) {
      throw new InvalidInputException("field 'more' is " + more + ", not 0 or more");
    }
    sentAt = Names.millis("sentAt", sentAt);
  }

  /** Whether a list may contain a ref of this name. */
  public static boolean canHave(String ref) {
    return (ref.startsWith("refs/") || ref.equals("HEAD"))
        && ref.length() <= MAX_REF_LENGTH
        && ref.chars().noneMatch(Character::isISOControl);
  }

  /** Whether these are all watched refs of the repository. */
  public boolean hasAll() {
    return more == 0;
  }

  private static void require(String ref, CommitId commit) {
    if (!canHave(ref)) {
      throw new InvalidInputException(
          "field 'refs' has a name that no ref has, of %d characters".formatted(ref.length()));
    }
    Names.present("refs." + ref, commit);
  }
}
