package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;

/**
 * A named git repository.
 *
 * @param name unique within one installation; also the folder of its results
 * @param url a URL that git accepts: a path, {@code file:}, {@code https:}, {@code ssh:} or {@code
 *     user@host:path}; never with a password in it
 */
public record Repository(String name, String url) {

  public Repository {
    Names.present("name", name);
    Names.present("url", url);
    Names.require("repository name", name);
    if (url.isBlank()) {
      throw new InvalidInputException("repository '" + name + "' has no URL");
    }
  }

  /**
   * Reads {@code [name=]path-or-URL}; the name defaults to the last path element without {@code
   * .git}.
   *
   * @throws InvalidInputException when {@code text} yields no valid name
   */
  public static Repository parse(String text) {
    int equals = text.indexOf('=');
    boolean named = equals > 0 && !text.substring(0, equals).contains("/");
    if (named) {
      return new Repository(text.substring(0, equals), text.substring(equals + 1));
    }
    return new Repository(nameOf(text), text);
  }

  private static String nameOf(String url) {
    String trimmed = url.replaceAll("/+$", "").replaceAll("/\\.git$", "");
    String last =
        trimmed.substring(Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf(':')) + 1);
    String name = last.endsWith(".git") ? last.substring(0, last.length() - 4) : last;
    if (name.isEmpty()) {
      throw new InvalidInputException(
          "repository '" + url + "' has no name in it; give one as NAME=" + url);
    }
    return name;
  }
}
