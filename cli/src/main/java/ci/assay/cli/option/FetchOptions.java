package ci.assay.cli.option;

import ci.assay.cli.value.Count;
import ci.assay.cli.value.Size;
import ci.assay.git.FetchLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How much may be fetched from a repository at a time. */
public final class FetchOptions {

  @Option(
      names = "--max-refs",
      paramLabel = "N",
      defaultValue = "200000",
      description = "A repository that names more branches and tags is not read (default: 200000).")
  Count maxRefs = new Count(200_000);

  @Option(
      names = "--max-fetch-size",
      paramLabel = "SIZE",
      defaultValue = "20G",
      description = "What one fetch may transfer, compressed (default: 20G).")
  Size maxFetchSize = Size.parse("20G");

  @Option(
      names = "--fetch-timeout",
      paramLabel = "TIME",
      defaultValue = "2h",
      description = "How long one fetch may take (default: 2h).")
  Duration fetchTimeout = Duration.ofHours(2);

  public FetchLimits limits() {
    return new FetchLimits(maxRefs.value(), maxFetchSize.bytes(), fetchTimeout);
  }
}
