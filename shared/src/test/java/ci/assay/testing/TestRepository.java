package ci.assay.testing;

import ci.assay.git.JGitSettings;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.api.errors.InvalidRefNameException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A real, bare git repository in a folder, written without a working tree and without a process, so
 * that a commit takes about a millisecond. Author, committer and times are fixed: the same calls
 * make the same commit ids. No git configuration of the user or the machine is used.
 *
 * <p>In the maps of files a key is a path and a value its text. A text that begins with {@code #!}
 * becomes an executable file; {@link #linkTo} and {@link #submoduleAt} make the other kinds.
 */
public final class TestRepository implements AutoCloseable {

  /** The branch that HEAD points at. */
  public static final String MAIN = "refs/heads/main";

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final String LINK = "\0link:";
  private static final String SUBMODULE = "\0submodule:";

  private final FileRepository repository;
  private String author = "Tester";
  private long ticks;

  private TestRepository(FileRepository repository) {
    this.repository = repository;
  }

  /** Makes an empty repository in a folder that need not exist yet. */
  public static TestRepository in(Path folder) {
    JGitSettings.install();
    try {
      FileRepositoryBuilder builder =
          new FileRepositoryBuilder().setBare().setGitDir(folder.toFile());
      FileRepository repository = (FileRepository) builder.setInitialBranch("main").build();
      repository.create(true);
      return new TestRepository(repository);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InvalidRefNameException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value for a file that is a symbolic link. */
  public static String linkTo(String target) {
    return LINK + target;
  }

  /** The value for an entry that is a submodule. */
  public static String submoduleAt(CommitId commit) {
    return SUBMODULE + commit;
  }

  public Path path() {
    return repository.getDirectory().toPath();
  }

  /** This repository as Assay knows it: its URL is its path. */
  public Repository asRepository(String name) {
    return new Repository(name, path().toString());
  }

  /** Sets the author of the commits from now on. */
  public void setAuthor(String name) {
    author = name;
  }

  /** Commits to {@link #MAIN}: the files of its tip, with these added or replaced. */
  public CommitId commit(String message, Map<String, String> files) {
    return commitOn(MAIN, message, files);
  }

  /**
   * Commits to a ref, which is created when it does not exist: the files of its tip, with these
   * added or replaced.
   */
  public CommitId commitOn(String ref, String message, Map<String, String> files) {
    List<CommitId> parents = tip(ref) == null ? List.of() : List.of(tip(ref));
    CommitId commit = commitObject(parents, message, files);
    move(ref, commit);
    return commit;
  }

  /** Makes {@code count} commits with arbitrary files on {@link #MAIN}, in a single process. */
  public List<CommitId> commits(int count) {
    StringBuilder stream = new StringBuilder();
    CommitId parent = tip(MAIN);
    for (int i = 1; i <= count; i++) {
      long time = now().getEpochSecond();
      stream.append("commit ").append(MAIN).append("\nmark :").append(i).append('\n');
      stream.append("committer Tester <tester@example.org> ").append(time).append(" +0000\n");
      stream.append(data("commit " + i + "\n"));
      stream.append(i == 1 && parent != null ? "from " + parent + "\n" : "");
      stream.append("M 100644 inline number.txt\n").append(data(i + " at " + time + "\n"));
    }
    run(stream.toString(), "fast-import", "--quiet");
    String range = parent == null ? MAIN : parent + ".." + MAIN;
    return git("rev-list", "--reverse", range).lines().map(CommitId::new).toList();
  }

  /**
   * Writes a commit that no ref points at: the files of its first parent, with these added or
   * replaced.
   */
  public CommitId commitObject(List<CommitId> parents, String message, Map<String, String> files) {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      CommitBuilder commit = new CommitBuilder();
      PersonIdent person = person();
      commit.setAuthor(person);
      commit.setCommitter(person);
      commit.setMessage(message);
      commit.setParentIds(parents.stream().map(TestRepository::idOf).toList());
      commit.setTreeId(tree(inserter, parents, files));
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return new CommitId(id.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates or moves a ref, like a forced push. */
  public void move(String ref, CommitId to) {
    update(ref, idOf(to));
  }

  /** Makes a branch: {@code branch("topic", tip)} makes {@code refs/heads/topic}. */
  public void branch(String name, CommitId at) {
    move("refs/heads/" + name, at);
  }

  /** Merges another ref into a ref: the files of the first parent, with these added or replaced. */
  public CommitId merge(String into, String other, Map<String, String> files) {
    List<CommitId> parents = List.of(existingTip(into), existingTip(other));
    CommitId merge = commitObject(parents, "Merge " + other, files);
    move(into, merge);
    return merge;
  }

  /** Makes an annotated tag: {@code refs/tags/<name>} points at a tag object. */
  public void tag(String name, CommitId at) {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      TagBuilder tag = new TagBuilder();
      tag.setTag(name);
      tag.setObjectId(idOf(at), Constants.OBJ_COMMIT);
      tag.setTagger(person());
      tag.setMessage(name);
      ObjectId id = inserter.insert(tag);
      inserter.flush();
      update("refs/tags/" + name, id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a ref. */
  public void delete(String ref) {
    try {
      RefUpdate update = repository.updateRef(ref);
      update.setForceUpdate(true);
      check(update.delete(), ref);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The object that a ref points at, for an annotated tag its commit; null when the ref does not
   * exist.
   */
  public @Nullable CommitId tip(String ref) {
    try {
      Ref found = repository.exactRef(ref);
      if (found == null) {
        return null;
      }
      Ref peeled = repository.getRefDatabase().peel(found);
      ObjectId id =
          peeled.getPeeledObjectId() == null ? found.getObjectId() : peeled.getPeeledObjectId();
      return new CommitId(id.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs native git on this repository, without configuration of the user or the machine, and
   * returns its output.
   */
  public String git(String... arguments) {
    return run("", arguments);
  }

  @Override
  public void close() {
    repository.close();
  }

  private CommitId existingTip(String ref) {
    CommitId tip = tip(ref);
    if (tip == null) {
      throw new IllegalArgumentException("no ref " + ref);
    }
    return tip;
  }

  private ObjectId tree(ObjectInserter inserter, List<CommitId> parents, Map<String, String> files)
      throws IOException {
    DirCache index = DirCache.newInCore();
    if (!parents.isEmpty()) {
      readTree(index, idOf(parents.get(0)));
    }
    DirCacheEditor editor = index.editor();
    for (Map.Entry<String, String> file : files.entrySet()) {
      editor.add(edit(inserter, file.getKey(), file.getValue()));
    }
    editor.finish();
    return index.writeTree(inserter);
  }

  private void readTree(DirCache index, ObjectId commit) throws IOException {
    try (ObjectReader reader = repository.newObjectReader();
        RevWalk walk = new RevWalk(reader)) {
      RevTree tree = walk.parseCommit(commit).getTree();
      DirCacheBuilder builder = index.builder();
      builder.addTree(new byte[0], DirCacheEntry.STAGE_0, reader, tree);
      builder.finish();
    }
  }

  private static DirCacheEditor.PathEdit edit(ObjectInserter inserter, String path, String text)
      throws IOException {
    FileMode mode = modeOf(text);
    String content = text.startsWith(LINK) ? text.substring(LINK.length()) : text;
    ObjectId id =
        mode == FileMode.GITLINK
            ? ObjectId.fromString(text.substring(SUBMODULE.length()))
            : inserter.insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
    return new DirCacheEditor.PathEdit(path) {
      @Override
      public void apply(DirCacheEntry entry) {
        entry.setFileMode(mode);
        entry.setObjectId(id);
      }
    };
  }

  private static FileMode modeOf(String text) {
    if (text.startsWith(LINK)) {
      return FileMode.SYMLINK;
    }
    if (text.startsWith(SUBMODULE)) {
      return FileMode.GITLINK;
    }
    return text.startsWith("#!") ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE;
  }

  private void update(String ref, ObjectId to) {
    try {
      RefUpdate update = repository.updateRef(ref);
      update.setNewObjectId(to);
      update.disableRefLog();
      check(update.forceUpdate(), ref);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(RefUpdate.Result result, String ref) {
    switch (result) {
      case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
      default -> throw new IllegalStateException(ref + " was not updated: " + result);
    }
  }

  private String run(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "--git-dir", path().toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Stream.of("AUTHOR", "COMMITTER")
        .forEach(
            who -> {
              builder.environment().put("GIT_" + who + "_NAME", "Tester");
              builder.environment().put("GIT_" + who + "_EMAIL", "tester@example.org");
              builder.environment().put("GIT_" + who + "_DATE", now().getEpochSecond() + " +0000");
            });
    try {
      Process process = builder.start();
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private PersonIdent person() {
    return new PersonIdent(author, "tester@example.org", now(), ZoneOffset.UTC);
  }

  private Instant now() {
    return FIRST.plus(Duration.ofSeconds(ticks++));
  }

  private static String data(String text) {
    return "data " + text.getBytes(StandardCharsets.UTF_8).length + "\n" + text + "\n";
  }

  private static ObjectId idOf(CommitId commit) {
    return ObjectId.fromString(commit.value());
  }
}
