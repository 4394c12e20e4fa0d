package ci.assay.observer.refs;

import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;

/** A list of refs and its message; refs that would make the message too long are left out. */
record RefList(RefTips tips, OutgoingMessage message) {

  /** Bytes reserved for the other fields of the message. */
  private static final int ROOM_FOR_THE_REST = 1024;

  /** Bytes of an entry besides its name and commit: quotes, colon, comma. */
  private static final int PUNCTUATION = 6;

  /** Branches come before tags and all other refs, so that those are left out first. */
  private static final Comparator<String> BRANCHES_FIRST =
      Comparator.comparing((String ref) -> !ref.startsWith(Constants.R_HEADS))
          .thenComparing(Comparator.naturalOrder());

  static RefList of(
      String repository, Map<String, CommitId> commits, long sequence, Instant sentAt) {
    Map<String, CommitId> kept = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(commits.keySet());
    names.sort(BRANCHES_FIRST);
    int room = Codec.MAX_REFS_BYTES - ROOM_FOR_THE_REST;
    for (String ref : names) {
      CommitId commit = commits.get(ref);
      if (commit == null || !RefTips.canHave(ref)) {
        continue;
      }
      room -= bytesInJson(ref) + commit.value().length() + PUNCTUATION;
      if (room < 0) {
        break;
      }
      kept.put(ref, commit);
    }
    RefTips tips = new RefTips(repository, sequence, kept, commits.size() - kept.size(), sentAt);
    return new RefList(tips, OutgoingMessage.refs(tips));
  }

  /** The bytes of a name in JSON, where a quote or backslash takes two. */
  private static int bytesInJson(String ref) {
    long escaped = ref.chars().filter(each -> each == '"' || each == '\\').count();
    return ref.getBytes(StandardCharsets.UTF_8).length + (int) escaped;
  }
}
