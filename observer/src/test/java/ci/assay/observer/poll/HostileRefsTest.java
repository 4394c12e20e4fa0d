package ci.assay.observer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.testing.TestRepository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Refs that lead to what somebody made by hand never stop the others. */
@Timeout(120)
class HostileRefsTest {

  private static final String EVIL = "refs/heads/evil";
  private static final String WHO = "a <a@example.org> 1767225600 +0000";

  @TempDir Path folder;

  private TestRepository repository;
  private Repository git;
  private PollerRig rig;

  @BeforeEach
  void open() throws Exception {
    repository = TestRepository.in(folder.resolve("repository.git"));
    git = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    repository.commit("first", Map.of("a", "1"));
    rig =
        new PollerRig(
            folder.resolve("state"),
            PollerRig.watching(
                repository.asRepository("bottle"),
                CommitSelection.EVERY,
                1,
                "refs/heads/*",
                "refs/tags/*"));
    rig.poll();
  }

  @AfterEach
  void close() {
    rig.close();
    git.close();
    repository.close();
  }

  @Test
  void anEntryOfModeZeroOnOneBranchStopsNoOther() throws Exception {
    assertEvilStopsNobody(commit(entry("0 strange")));
  }

  @Test
  void aTreeThatEndsTooEarlyStopsNoOther() throws Exception {
    assertEvilStopsNobody(
        commit(insert(Constants.OBJ_TREE, "100644 cut".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aTreeThatIsMissingStopsNoOther() throws Exception {
    assertEvilStopsNobody(commit(ObjectId.fromString("b".repeat(40))));
  }

  @Test
  void aParentThatIsMissingStopsNoOther() throws Exception {
    ObjectId tree = insert(Constants.OBJ_TREE, new byte[0]);
    assertEvilStopsNobody(
        object(
            "tree "
                + tree.name()
                + "\nparent "
                + "c".repeat(40)
                + "\nauthor "
                + WHO
                + "\ncommitter "
                + WHO
                + "\n\nevil\n"));
  }

  @Test
  void aCommitThatIsNoneStopsNoOther() throws Exception {
    assertEvilStopsNobody(object("no commit at all"));
  }

  @Test
  void absurdDatesStopNoOther() throws Exception {
    ObjectId tree = insert(Constants.OBJ_TREE, new byte[0]);
    String who = "a <a@example.org> 99999999999999999999 +9999";
    assertEvilStopsNobody(
        object("tree " + tree.name() + "\nauthor " + who + "\ncommitter " + who + "\n\nevil\n"));
  }

  @Test
  void tenThousandTagsOfTagsLeadToTheirCommitAndStopNoOther() throws Exception {
    CommitId tagged = repository.commitObject(java.util.List.of(), "tagged", Map.of("a", "t"));
    ObjectId target = ObjectId.fromString(tagged.value());
    try (ObjectInserter inserter = git.newObjectInserter()) {
      String type = "commit";
      for (int i = 0; i < 10_000; i++) {
        String tag =
            "object %s\ntype %s\ntag t\ntagger %s\n\nt\n".formatted(target.name(), type, WHO);
        target = inserter.insert(Constants.OBJ_TAG, tag.getBytes(StandardCharsets.UTF_8));
        type = "tag";
      }
      inserter.flush();
    }
    point("refs/tags/deep", target);
    CommitId good = repository.commit("good", Map.of("a", "2"));
    assertThat(rig.poll()).contains(good, tagged);
  }

  /** The other refs get their jobs, now and later, and the commit has its job, once. */
  private void assertEvilStopsNobody(ObjectId evil) throws Exception {
    point(EVIL, evil);
    CommitId between = repository.commit("between", Map.of("a", "2"));
    CommitId good = repository.commit("good", Map.of("a", "3"));
    assertThat(rig.poll()).containsExactlyInAnyOrder(between, good, new CommitId(evil.name()));
    CommitId next = repository.commit("next", Map.of("a", "4"));
    CommitId last = repository.commit("last", Map.of("a", "5"));
    assertThat(rig.poll()).containsExactly(next, last);
    rig.restart();
    CommitId third = repository.commit("third", Map.of("a", "6"));
    CommitId fourth = repository.commit("fourth", Map.of("a", "7"));
    assertThat(rig.poll()).containsExactly(third, fourth);
  }

  private ObjectId commit(ObjectId tree) throws Exception {
    return object("tree %s\nauthor %s\ncommitter %s\n\nevil\n".formatted(tree.name(), WHO, WHO));
  }

  private ObjectId object(String text) throws Exception {
    return insert(Constants.OBJ_COMMIT, text.getBytes(StandardCharsets.UTF_8));
  }

  private ObjectId entry(String modeAndName) throws Exception {
    byte[] head = (modeAndName + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] raw = Arrays.copyOf(head, head.length + 20);
    insert(Constants.OBJ_BLOB, new byte[] {'x'}).copyRawTo(raw, head.length);
    return insert(Constants.OBJ_TREE, raw);
  }

  private ObjectId insert(int type, byte[] content) throws Exception {
    try (ObjectInserter inserter = git.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    }
  }

  /** As a loose file, as whoever owns the repository can: JGit would look at the object. */
  private void point(String ref, ObjectId to) throws Exception {
    Path file = repository.path().resolve(ref);
    java.nio.file.Files.createDirectories(file.getParent());
    java.nio.file.Files.writeString(file, to.name() + "\n");
  }
}
