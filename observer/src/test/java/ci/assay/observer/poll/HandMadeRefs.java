package ci.assay.observer.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.observer.settings.CommitSelection;
import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A watched repository in which tests write arbitrary objects and refs by hand. */
final class HandMadeRefs implements AutoCloseable {

  /** The author line of commits and tags. */
  static final String WHO = "a <a@example.org> 1767225600 +0000";

  final TestRepository repository;
  final PollerRig rig;
  private final Repository git;

  private HandMadeRefs(TestRepository repository, PollerRig rig, Repository git) {
    this.repository = repository;
    this.rig = rig;
    this.git = git;
  }

  /** A repository with one commit, which has been polled. */
  static HandMadeRefs in(Path folder) throws Exception {
    TestRepository repository = TestRepository.in(folder.resolve("repository.git"));
    Repository git = new FileRepositoryBuilder().setGitDir(repository.path().toFile()).build();
    repository.commit("first", Map.of("a", "1"));
    PollerRig rig =
        new PollerRig(
            folder.resolve("state"),
            PollerRig.watching(
                repository.asRepository("bottle"),
                CommitSelection.EVERY,
                1,
                "refs/heads/*",
                "refs/tags/*"));
    rig.poll();
    return new HandMadeRefs(repository, rig, git);
  }

  ObjectId insert(int type, byte[] content) throws Exception {
    try (ObjectInserter inserter = git.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    }
  }

  ObjectId commit(ObjectId tree) throws Exception {
    return commit("tree %s\nauthor %s\ncommitter %s\n\nodd\n".formatted(tree.name(), WHO, WHO));
  }

  ObjectId commit(String content) throws Exception {
    return insert(Constants.OBJ_COMMIT, content.getBytes(UTF_8));
  }

  void point(String ref, ObjectId to) throws Exception {
    write(ref, (to.name() + "\n").getBytes(UTF_8));
  }

  /**
   * Writes a ref as a loose file, like an owner of the repository can: JGit would check the object.
   */
  void write(String ref, byte[] content) throws Exception {
    Path file = repository.path().resolve(ref);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  @Override
  public void close() {
    rig.close();
    git.close();
    repository.close();
  }
}
