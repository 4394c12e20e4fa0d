package ci.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * What a run's command ran in.
 *
 * @param executor {@code process}, {@code sandbox} or {@code container}; null where an older worker
 *     does not say, and where no worker ran it
 * @param image of the container, as it was asked for; null where it was none
 * @param imageDigest of that image, such as {@code sha256:…}; null where it is not known
 */
public record Surroundings(
    @Nullable String executor, @Nullable String image, @Nullable String imageDigest) {

  /** Not known. */
  public static final Surroundings UNKNOWN = new Surroundings(null);

  /** For people: the executor, and the image of a container; null where neither is known. */
  public @Nullable String words() {
    return image == null ? executor : executor + " of " + image;
  }

  /** No container. */
  public Surroundings(@Nullable String executor) {
    this(executor, null, null);
  }
}
