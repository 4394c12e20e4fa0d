package ci.assay.cli;

import ci.assay.model.InvalidInputException;
import ci.assay.model.Repository;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.util.FS;

/**
 * Reads {@code [name=]path-or-URL} as people type it: a path is made absolute and must be a git
 * repository now.
 */
final class RepositoryArgument {

  /** {@code https://…}, {@code user@host:path}. */
  private static final Pattern REMOTE =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*|[^/]+:.*", Pattern.DOTALL);

  private RepositoryArgument() {}

  /**
   * Reads it.
   *
   * @throws InvalidInputException when it has no valid name or is a path without a repository
   */
  static Repository parse(Surroundings surroundings, String typed) {
    int equals = typed.indexOf('=');
    boolean named = equals > 0 && !typed.substring(0, equals).contains("/");
    String url = named ? typed.substring(equals + 1) : typed;
    String whole = isRemote(url) ? url : local(surroundings, typed, url);
    try {
      return named
          ? new Repository(typed.substring(0, equals), whole)
          : Repository.parse(whole.replaceFirst("^file://", ""));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          e.getMessage() + (named ? "" : "; name it with NAME=" + typed), e);
    }
  }

  private static boolean isRemote(String url) {
    return REMOTE.matcher(url).matches() && !url.startsWith("file:");
  }

  private static String local(Surroundings surroundings, String typed, String url) {
    try {
      Path path = surroundings.path(url.replaceFirst("^file:(//)?", ""));
      if (!Files.isDirectory(path)) {
        throw new InvalidInputException("repository '" + typed + "': no folder " + path);
      }
      File found = FileKey.resolve(path.toFile(), FS.DETECTED);
      if (found == null) {
        throw new InvalidInputException(
            "repository '" + typed + "': " + path + " is not a git repository");
      }
      return path.toString();
    } catch (InvalidPathException e) {
      throw new InvalidInputException("repository '" + typed + "' is neither a path nor a URL", e);
    }
  }
}
