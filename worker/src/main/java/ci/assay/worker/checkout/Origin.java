package ci.assay.worker.checkout;

import ci.assay.common.InvalidInputException;
import ci.assay.git.GitUrl;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/** Where a mirror was fetched from. */
final class Origin {

  private static final String REMOTE = "remote";
  private static final String URL = "url";

  private Origin() {}

  /**
   * The repository's URL.
   *
   * @throws RefusedCommitException when the mirror's configuration has no valid URL
   */
  static GitUrl of(Repository mirror) throws RefusedCommitException {
    String url = mirror.getConfig().getString(REMOTE, Constants.DEFAULT_REMOTE_NAME, URL);
    try {
      if (url != null) {
        return GitUrl.parse(url);
      }
    } catch (InvalidInputException e) {
      throw new RefusedCommitException(String.valueOf(e.getMessage()));
    }
    throw new RefusedCommitException("the URL of the commit's repository is not known");
  }

  /** The remote {@code origin} for the configuration of a work tree, as in a clone. */
  static String section(Repository mirror) {
    String url = mirror.getConfig().getString(REMOTE, Constants.DEFAULT_REMOTE_NAME, URL);
    if (url == null) {
      return "";
    }
    Config config = new Config();
    config.setString(REMOTE, Constants.DEFAULT_REMOTE_NAME, URL, GitUrl.parse(url).withoutLogin());
    config.setString(
        REMOTE, Constants.DEFAULT_REMOTE_NAME, "fetch", "+refs/heads/*:refs/remotes/origin/*");
    return config.toText();
  }
}
