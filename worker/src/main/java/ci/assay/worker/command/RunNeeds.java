package ci.assay.worker.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run needs besides its own folders.
 *
 * @param readable files and folders that it must be able to read
 * @param image the image of its container; null if it asks for none
 */
public record RunNeeds(List<Path> readable, @Nullable String image) {

  /** No needs. */
  public static final RunNeeds NONE = new RunNeeds(List.of(), null);

  public RunNeeds {
    readable = List.copyOf(readable);
  }
}
