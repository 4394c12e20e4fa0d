package ci.assay.worker.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a run works.
 *
 * @param tree where it begins, and may write
 * @param home which it may write; null for none
 * @param temporary which it may write; null for none
 * @param readable what it must be able to read beside these
 */
public record RunPlaces(
    Path tree, @Nullable Path home, @Nullable Path temporary, List<Path> readable) {

  public RunPlaces {
    readable = List.copyOf(readable);
  }
}
