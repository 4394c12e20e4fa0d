package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;

/**
 * The deterministic id of a job: {@code <repository>/<commit>/<variant>}, with {@code #2}, {@code
 * #3}, … for a rerun that a person asked for. Publishing a job twice is harmless, because both
 * messages have the same id.
 *
 * @param rerun 1 for the job itself, 2 and up for reruns
 */
public record JobId(String repository, CommitId commit, String variant, int rerun) {

  public JobId {
    Names.require("repository name", repository);
    Names.requireVariant(variant);
    if (rerun < 1) {
      throw new InvalidInputException("rerun " + rerun + " is not 1 or more");
    }
  }

  /** The first, ordinary job of a commit's variant. */
  public static JobId of(String repository, CommitId commit, String variant) {
    return new JobId(repository, commit, variant, 1);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws InvalidInputException when {@code text} has another form
   */
  public static JobId parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new InvalidInputException("job id '" + text + "' is not REPOSITORY/COMMIT/VARIANT");
    }
    int hash = parts[2].indexOf('#');
    String variant = hash < 0 ? parts[2] : parts[2].substring(0, hash);
    int rerun = hash < 0 ? 1 : rerunOf(text, parts[2].substring(hash + 1));
    return new JobId(parts[0], new CommitId(parts[1]), variant, rerun);
  }

  private static int rerunOf(String text, String digits) {
    if (!digits.matches("[1-9][0-9]{0,8}") || digits.equals("1")) {
      throw new InvalidInputException(
          "job id '" + text + "' ends in a rerun that is not 2 or more");
    }
    return Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    String id = repository + "/" + commit + "/" + variant;
    return rerun == 1 ? id : id + "#" + rerun;
  }
}
