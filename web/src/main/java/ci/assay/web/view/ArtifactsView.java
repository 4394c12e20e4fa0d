package ci.assay.web.view;

import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.StoredArtifacts;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The artifacts of a run, as its page lists them.
 *
 * @param stored null while none are stored, or if there are none
 */
public record ArtifactsView(ArtifactSummary summary, @Nullable StoredArtifacts stored) {

  /** How many of them are listed. */
  private static final int MOST = 500;

  /** The first artifacts. */
  public List<Artifact> shown() {
    return all().subList(0, Math.min(MOST, all().size()));
  }

  /** How many more there are. */
  public int more() {
    return all().size() - shown().size();
  }

  private List<Artifact> all() {
    return stored == null ? List.of() : stored.files();
  }

  /** Whether they can be downloaded. */
  public boolean isThere() {
    return stored != null && stored.isThere();
  }

  /** When they may be removed; null if that is not known. */
  public @Nullable Instant keptUntil() {
    return isThere() && stored != null ? stored.keptUntil() : null;
  }

  /** Why there are none, or not all; null if all are there. */
  public @Nullable String note() {
    if (Boolean.FALSE.equals(summary.complete())) {
      return "The artifacts were lost on their way.";
    }
    if (stored != null && stored.trouble() != null) {
      return "The artifacts could not be stored: " + stored.trouble();
    }
    if (stored != null && stored.removedAt() != null) {
      return "The artifacts were removed at " + Display.absolute(stored.removedAt()) + ".";
    }
    ArtifactSummary.LeftOut left = summary.leftOut();
    if (left == null) {
      return null;
    }
    return left.files() > 1 ? left.files() + " were left out, such as " + left.why() : left.why();
  }

  /** The last part of an artifact's address. */
  public static String encoded(Artifact one) {
    return URLEncoder.encode(one.path(), StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2F", "/");
  }
}
