package ci.assay.worker.job;

import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** Makes the repository of a {@link Rehearsal}: neighbouring commits differ in a few files. */
final class RehearsalRepository {

  static final String BRANCH = "refs/heads/main";

  private static final int COMMITS = 6;
  private static final int FOLDERS = 6;
  private static final int FILES_PER_FOLDER = 12;
  private static final int LINES = 40;

  private RehearsalRepository() {}

  /** Creates a bare repository in a new folder; returns its commits, the oldest first. */
  static List<CommitId> create(Path folder) throws IOException {
    try (Repository repository =
        new FileRepositoryBuilder().setBare().setGitDir(folder.toFile()).build()) {
      repository.create(true);
      List<CommitId> commits = new ArrayList<>();
      try (ObjectInserter objects = repository.newObjectInserter()) {
        CommitBuilder commit = new CommitBuilder();
        PersonIdent nobody =
            new PersonIdent("Assay", "assay@localhost", Instant.EPOCH, ZoneOffset.UTC);
        commit.setAuthor(nobody);
        commit.setCommitter(nobody);
        for (int number = 0; number < COMMITS; number++) {
          commit.setTreeId(tree(objects, number));
          commit.setMessage("Change " + number + "\n");
          ObjectId id = objects.insert(commit);
          commit.setParentId(id);
          commits.add(new CommitId(id.name()));
        }
        objects.flush();
      }
      RefUpdate branch = repository.updateRef(BRANCH);
      branch.setNewObjectId(ObjectId.fromString(commits.get(COMMITS - 1).value()));
      branch.forceUpdate();
      return commits;
    }
  }

  private static ObjectId tree(ObjectInserter objects, int number) throws IOException {
    TreeFormatter top = new TreeFormatter();
    for (int folder = 0; folder < FOLDERS; folder++) {
      TreeFormatter files = new TreeFormatter();
      for (int file = 10; file < 10 + FILES_PER_FOLDER; file++) {
        int change = (file + folder) % COMMITS == number && file % 2 == 0 ? number : -1;
        byte[] text =
            "line of file %d at %d\n"
                .formatted(file, change)
                .repeat(LINES)
                .getBytes(StandardCharsets.UTF_8);
        files.append(
            "file-" + file, FileMode.REGULAR_FILE, objects.insert(Constants.OBJ_BLOB, text));
      }
      top.append("folder-" + folder, FileMode.TREE, objects.insert(files));
    }
    return objects.insert(top);
  }
}
