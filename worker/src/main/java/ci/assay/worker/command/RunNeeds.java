package ci.assay.worker.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run needs beside folders of its own.
 *
 * @param readable files and folders that it must be able to read
 * @param image of the container that it wants to be in; null where it wants none
 */
public record RunNeeds(List<Path> readable, @Nullable String image) {

  /** Nothing. */
  public static final RunNeeds NONE = new RunNeeds(List.of(), null);

  public RunNeeds {
    readable = List.copyOf(readable);
  }
}
