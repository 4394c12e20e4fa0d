package ci.assay.git;

import ci.assay.common.FailureText;
import ci.assay.git.GitException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * Opens repositories on this machine for reading: bare ones, working trees, linked worktrees and
 * submodules. The owner of the folder is not checked (git's {@code safe.directory}), since nothing
 * in it is ever executed.
 */
public final class LocalRepository {

  private static final String EXTENSIONS = "extensions";

  /** Extensions that do not change how objects and refs are read, or that JGit supports. */
  private static final Set<String> KNOWN_EXTENSIONS =
      Set.of(
          "noop",
          "noop-v1",
          "objectformat",
          "preciousobjects",
          "refstorage",
          "relativeworktrees",
          "worktreeconfig");

  private LocalRepository() {}

  /**
   * Opens the repository in a folder; the caller closes it.
   *
   * @throws GitException when there is no repository, or one that Assay cannot read
   */
  public static Repository open(Path path) throws GitException {
    JGitSettings.install();
    File gitFolder = gitFolder(path);
    try {
      Repository repository =
          new FileRepositoryBuilder().setGitDir(gitFolder).setMustExist(true).build();
      try {
        requireReadable(path, repository);
        return repository;
      } catch (GitException | RuntimeException e) {
        repository.close();
        throw e;
      }
    } catch (IOException e) {
      throw new GitException(
          isOfAnotherFormat(e) ? Kind.UNSUPPORTED : Kind.REPOSITORY_GONE,
          "repository %s cannot be opened: %s".formatted(path, FailureText.of(e)),
          e);
    }
  }

  /** Recognized by the message, since JGit has no type for this failure. */
  private static boolean isOfAnotherFormat(IOException e) {
    return FailureText.of(e).toLowerCase(Locale.ROOT).contains("repository format");
  }

  /**
   * The top of the repository that contains a folder, as git finds it: the folder itself or the
   * nearest one above it; the folder itself where there is none.
   */
  public static Path topOf(Path folder) {
    for (Path each = folder; each != null; each = each.getParent()) {
      if (FileKey.resolve(each.toFile(), FS.DETECTED) != null) {
        return each;
      }
    }
    return folder;
  }

  static GitException denied(Path path, IOException cause) {
    return new GitException(
        Kind.ACCESS_DENIED,
        "repository %s may not be read by user '%s'"
            .formatted(path, System.getProperty("user.name")),
        cause);
  }

  private static File gitFolder(Path path) throws GitException {
    File found = FileKey.resolve(path.toFile(), FS.DETECTED);
    if (found != null) {
      return found;
    }
    if (Files.isDirectory(path) && !Files.isReadable(path)) {
      throw denied(path, new IOException("no permission"));
    }
    Path link = path.resolve(".git");
    String why = "there is no such folder";
    if (Files.isRegularFile(link)) {
      why = "its file .git leads nowhere: the worktree's or submodule's own folder was removed";
    } else if (Files.isDirectory(path)) {
      why = "the folder has no git repository in it";
    } else if (Files.exists(path)) {
      why = "it is a file";
    }
    throw new GitException(
        Kind.REPOSITORY_GONE, "repository %s is not there: %s".formatted(path, why));
  }

  private static void requireReadable(Path path, Repository repository) throws GitException {
    Config config = repository.getConfig();
    if ("sha256".equalsIgnoreCase(config.getString(EXTENSIONS, null, "objectformat"))) {
      throw sha256(path.toString(), null);
    }
    if (isPartial(config)) {
      throw unsupported(
          path,
          "is a partial clone, which lacks objects that git would fetch when it needs them:"
              + " take the repository that it was cloned from, or clone it again without --filter");
    }
    for (String extension : config.getNames(EXTENSIONS)) {
      if (!KNOWN_EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT))) {
        throw unsupported(
            path,
            "has git's extension '%s' (in its file config), which cannot be read; clone it with 'git clone --no-local' and take that"
                .formatted(extension));
      }
    }
    if (new File(repository.getCommonDirectory(), "shallow").length() > 0) {
      throw unsupported(path, "is a shallow clone: run 'git fetch --unshallow' in it");
    }
  }

  /** Git honors these settings in any version of the repository format. */
  private static boolean isPartial(Config config) {
    return config.getString(EXTENSIONS, null, "partialclone") != null
        || config.getSubsections("remote").stream()
            .anyMatch(remote -> config.getBoolean("remote", remote, "promisor", false));
  }

  private static GitException unsupported(Path path, String what) {
    return new GitException(Kind.UNSUPPORTED, "repository %s %s".formatted(path, what));
  }

  static GitException sha256(String url, @Nullable Exception cause) {
    return new GitException(
        Kind.UNSUPPORTED,
        "repository %s uses SHA-256 object ids, which cannot be read yet: only SHA-1"
            .formatted(url),
        cause);
  }
}
