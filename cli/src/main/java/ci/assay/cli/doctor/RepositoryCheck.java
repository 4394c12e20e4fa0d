package ci.assay.cli.doctor;

import ci.assay.common.InvalidInputException;
import ci.assay.git.GitException;
import ci.assay.git.GitUrl;
import ci.assay.git.LocalRepository;
import java.nio.file.Path;

/** A repository on this machine that is to be tested: can it be read? */
public final class RepositoryCheck {

  private static final String SUBJECT = "repository";

  private RepositoryCheck() {}

  /**
   * Checks one; those on other machines are not asked.
   *
   * @param url as it was given; a path is absolute
   */
  public static Finding of(String url) {
    try {
      Path local = GitUrl.parse(url).local();
      if (local == null) {
        return Finding.ok(SUBJECT, url + ", not asked: it is on another machine");
      }
      LocalRepository.open(local).close();
      return Finding.ok(
          SUBJECT,
          local + "; a worker on another machine needs it at the same path, or a URL in its place");
    } catch (GitException | InvalidInputException e) {
      return Finding.fail(SUBJECT, String.valueOf(e.getMessage()));
    }
  }
}
