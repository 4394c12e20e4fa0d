package ci.assay.cli.option;

import picocli.CommandLine.Parameters;

/** The repository and the commit that a command is about: its first two arguments. */
public final class CommitArguments {

  @Parameters(index = "0", paramLabel = "REPOSITORY", description = "Its name.")
  String repository = "";

  @Parameters(index = "1", paramLabel = "COMMIT", description = "The beginning of its id.")
  String commit = "";

  /** The name of the repository, as it was typed. */
  public String repository() {
    return repository;
  }

  /** The beginning of the commit's id, as it was typed. */
  public String commit() {
    return commit;
  }
}
