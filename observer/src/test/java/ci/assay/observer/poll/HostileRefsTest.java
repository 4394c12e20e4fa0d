package ci.assay.observer.poll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Refs to malformed objects never block other refs. */
@Timeout(120)
class HostileRefsTest {

  private static final String EVIL = "refs/heads/evil";

  @TempDir Path folder;

  private HandMadeRefs refs;

  @BeforeEach
  void open() throws Exception {
    refs = HandMadeRefs.in(folder);
  }

  @AfterEach
  void close() {
    refs.close();
  }

  @Test
  void anEntryOfModeZeroOnOneBranchBlocksNoOther() throws Exception {
    assertEvilStopsNobody(refs.commit(entry("0 strange")));
  }

  @Test
  void aTruncatedTreeBlocksNoOther() throws Exception {
    assertEvilStopsNobody(
        refs.commit(refs.insert(Constants.OBJ_TREE, "100644 cut".getBytes(UTF_8))));
  }

  @Test
  void aMissingTreeBlocksNoOther() throws Exception {
    assertEvilStopsNobody(refs.commit(ObjectId.fromString("b".repeat(40))));
  }

  @Test
  void aMissingParentBlocksNoOther() throws Exception {
    ObjectId tree = refs.insert(Constants.OBJ_TREE, new byte[0]);
    assertEvilStopsNobody(
        refs.commit(
            "tree "
                + tree.name()
                + "\nparent "
                + "c".repeat(40)
                + "\nauthor "
                + HandMadeRefs.WHO
                + "\ncommitter "
                + HandMadeRefs.WHO
                + "\n\nevil\n"));
  }

  @Test
  void aMalformedCommitBlocksNoOther() throws Exception {
    assertEvilStopsNobody(refs.commit("no commit at all"));
  }

  @Test
  void absurdDatesBlockNoOther() throws Exception {
    ObjectId tree = refs.insert(Constants.OBJ_TREE, new byte[0]);
    String who = "a <a@example.org> 99999999999999999999 +9999";
    assertEvilStopsNobody(
        refs.commit(
            "tree " + tree.name() + "\nauthor " + who + "\ncommitter " + who + "\n\nevil\n"));
  }

  @Test
  @Tag("long")
  void tenThousandNestedTagsLeadToTheirCommitAndBlockNoOther() throws Exception {
    CommitId tagged = refs.repository.commitObject(List.of(), "tagged", Map.of("a", "t"));
    ObjectId target = ObjectId.fromString(tagged.value());
    String type = "commit";
    for (int i = 0; i < 10_000; i++) {
      String tag =
          "object %s\ntype %s\ntag t\ntagger %s\n\nt\n"
              .formatted(target.name(), type, HandMadeRefs.WHO);
      target = refs.insert(Constants.OBJ_TAG, tag.getBytes(UTF_8));
      type = "tag";
    }
    refs.point("refs/tags/deep", target);
    CommitId good = refs.repository.commit("good", Map.of("a", "2"));
    assertThat(refs.rig.poll()).contains(good, tagged);
  }

  /** The other refs get their jobs, now and later, and the commit has its job, once. */
  private void assertEvilStopsNobody(ObjectId evil) throws Exception {
    refs.point(EVIL, evil);
    CommitId between = refs.repository.commit("between", Map.of("a", "2"));
    CommitId good = refs.repository.commit("good", Map.of("a", "3"));
    assertThat(refs.rig.poll()).containsExactlyInAnyOrder(between, good, new CommitId(evil.name()));
    CommitId next = refs.repository.commit("next", Map.of("a", "4"));
    CommitId last = refs.repository.commit("last", Map.of("a", "5"));
    assertThat(refs.rig.poll()).containsExactly(next, last);
    refs.rig.restart();
    CommitId third = refs.repository.commit("third", Map.of("a", "6"));
    CommitId fourth = refs.repository.commit("fourth", Map.of("a", "7"));
    assertThat(refs.rig.poll()).containsExactly(third, fourth);
  }

  private ObjectId entry(String modeAndName) throws Exception {
    byte[] head = (modeAndName + "\0").getBytes(UTF_8);
    byte[] raw = Arrays.copyOf(head, head.length + 20);
    refs.insert(Constants.OBJ_BLOB, new byte[] {'x'}).copyRawTo(raw, head.length);
    return refs.insert(Constants.OBJ_TREE, raw);
  }
}
