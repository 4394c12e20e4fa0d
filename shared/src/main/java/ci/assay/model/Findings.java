package ci.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * What a run left behind for people to read.
 *
 * @param tests null where no report was found
 * @param cases of the tests one by one, as a file; null where there are none
 */
public record Findings(@Nullable TestCounts tests, FileSummary log, @Nullable FileSummary cases) {

  public Findings {
    Names.present("log", log);
  }
}
