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
 * Reads {@code [name=]path-or-URL} as people type it: a path is made absolute and must be in a git
 * repository now; a folder inside one means the whole of it.
 */
public final class RepositoryArgument {

  public static final String DESCRIPTION =
      "[NAME=]PATH-OR-URL of a git repository; the name is the last part of the path by default.";

  private RepositoryArgument() {}

  /**
   * Reads it.
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

  /** What git is told to fetch from: a URL as it is, a path made absolute. */
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

  /** What is not there is in no repository, though the folder above it may be in one. */
  private static Path top(Path typed) {
    return Files.isDirectory(typed) ? LocalRepository.topOf(typed) : typed;
  }
}
