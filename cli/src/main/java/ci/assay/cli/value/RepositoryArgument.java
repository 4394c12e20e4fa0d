package ci.assay.cli.value;

import ci.assay.cli.process.CommandContext;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.git.LocalRepository;
import ci.assay.model.Repository;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Parses {@code [name=]path-or-URL} from people. A path is made absolute and must be in an existing
 * git repository; a folder inside a repository means the whole repository.
 */
public final class RepositoryArgument {

  public static final String DESCRIPTION =
      "[NAME=]PATH-OR-URL of a git repository; the name is the last part of the path by default.";

  private RepositoryArgument() {}

  /**
   * Parses a repository.
   *
   * @throws InvalidInputException when it has no valid name or is a path without a repository
   */
  public static Repository parse(CommandContext context, String typed) {
    int equals = typed.indexOf('=');
    boolean named = equals > 0 && !typed.substring(0, equals).contains("/");
    String url = absolute(context, named ? typed.substring(equals + 1) : typed);
    if (named) {
      return new Repository(typed.substring(0, equals), url);
    }
    try {
      return Repository.parse(url);
    } catch (InvalidInputException e) {
      String inside = url.equals(typed) ? "" : "'" + typed + "' is in repository '" + url + "': ";
      throw new InvalidInputException(inside + e.getMessage() + "; name it: NAME=" + typed, e);
    }
  }

  /** What git fetches from: a URL unchanged, a path made absolute. */
  public static String absolute(CommandContext context, String url) {
    if (url.isBlank()) {
      throw new InvalidInputException("repository '' is neither a path nor a URL");
    }
    Path local = GitUrl.parse(url).local();
    if (local == null) {
      return url;
    }
    Path path = url.startsWith("file:") ? local : top(context.path(url));
    try {
      LocalRepository.open(path).close();
    } catch (GitException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()), e);
    }
    return path.toString();
  }

  /**
   * The repository of a folder. A missing path is in none, even if the folder above it is in one.
   */
  private static Path top(Path typed) {
    return Files.isDirectory(typed) ? LocalRepository.topOf(typed) : typed;
  }
}
