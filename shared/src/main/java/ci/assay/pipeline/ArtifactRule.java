package ci.assay.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * Which files of a run are kept.
 *
 * @param paths patterns for {@link PathFilter}; at least one selects something
 * @param keep for how long
 * @param when after which outcomes
 */
public record ArtifactRule(List<String> paths, Duration keep, Step.When when) {

  /** How long artifacts are kept if the file does not say. */
  public static final Duration USUALLY_KEPT = Duration.ofDays(30);

  public ArtifactRule {
    paths = List.copyOf(paths);
  }
}
