package ci.assay.cli.demo;

import ci.assay.common.CannotRunException;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.errors.InvalidRefNameException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/** A bare git repository for the demo, written without the git program. Not thread-safe. */
public final class DemoRepository implements AutoCloseable {

  private static final String BRANCH = "refs/heads/main";

  private final Path folder;
  private final Clock clock;
  private final org.eclipse.jgit.lib.Repository repository;
  private @Nullable ObjectId tip;

  private DemoRepository(Path folder, Clock clock, org.eclipse.jgit.lib.Repository repository) {
    this.folder = folder;
    this.clock = clock;
    this.repository = repository;
  }

  /**
   * Creates an empty repository.
   *
   * @throws CannotRunException when it cannot be written
   */
  public static DemoRepository in(Path folder, Clock clock) {
    try {
      org.eclipse.jgit.lib.Repository repository =
          new FileRepositoryBuilder()
              .setBare()
              .setGitDir(folder.toFile())
              .setInitialBranch("main")
              .build();
      repository.create(true);
      return new DemoRepository(folder, clock, repository);
    } catch (IOException | InvalidRefNameException e) {
      throw failed(folder, e);
    }
  }

  /** The repository as the observer watches it. */
  public Repository asRepository() {
    return new Repository("greeting", folder.toString());
  }

  /** Writes commits on top of each other; they are not visible before {@link #push}. */
  public List<CommitId> commit(List<DemoCommit> commits) {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      List<CommitId> ids = new ArrayList<>();
      for (DemoCommit commit : commits) {
        ObjectId id = insert(inserter, commit);
        tip = id;
        ids.add(new CommitId(id.name()));
      }
      inserter.flush();
      return ids;
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /** Moves the branch to the last commit, as a push does. */
  public void push() {
    try {
      RefUpdate update = repository.updateRef(BRANCH);
      update.setNewObjectId(tip);
      update.forceUpdate();
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  private ObjectId insert(ObjectInserter inserter, DemoCommit commit) throws IOException {
    TreeFormatter tree = new TreeFormatter();
    for (Map.Entry<String, String> file : new TreeMap<>(commit.files()).entrySet()) {
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      tree.append(
          file.getKey(), FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, content));
    }
    PersonIdent person =
        new PersonIdent("Ada", "ada@example.org", clock.instant(), clock.getZone());
    CommitBuilder builder = new CommitBuilder();
    builder.setTreeId(inserter.insert(tree));
    builder.setAuthor(person);
    builder.setCommitter(person);
    builder.setMessage(commit.subject() + "\n");
    if (tip != null) {
      builder.setParentId(tip);
    }
    return inserter.insert(builder);
  }

  private static CannotRunException failed(Path folder, Exception e) {
    return new CannotRunException(
        "cannot write the demo's repository '" + folder + "': " + e.getMessage(), e);
  }

  @Override
  public void close() {
    repository.close();
  }
}
