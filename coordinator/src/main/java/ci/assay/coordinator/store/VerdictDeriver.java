package ci.assay.coordinator.store;

import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Derives a commit's {@code verdict.json} from its stored results. */
final class VerdictDeriver {

  private final ResultsFolder folders;
  private final Disk disk;

  VerdictDeriver(ResultsFolder folders, Disk disk) {
    this.folders = folders;
    this.disk = disk;
  }

  /**
   * Writes the verdict of a stored result's commit, when all its variants have a result.
   *
   * @return the verdict, when it is new or has changed; else empty
   */
  Optional<Verdict> derive(Result stored) throws IOException {
    List<Result> results = decidingWith(stored);
    int wanted = results.stream().mapToInt(result -> result.about().variants()).max().orElse(1);
    if (results.size() < wanted) {
      return Optional.empty();
    }
    Verdict verdict = Verdict.of(results);
    return write(verdict, folders.commit(stored.id())) ? Optional.of(verdict) : Optional.empty();
  }

  /**
   * All deciding results of the commit. Most commits have one variant and no rerun, so that there
   * is nothing to look up.
   */
  private List<Result> decidingWith(Result stored) throws IOException {
    Path variant = folders.variant(stored.id());
    boolean alone = stored.about().variants() == 1 && stored.id().rerun() == 1;
    return alone && ResultsFolder.jobsOf(variant).size() == 1
        ? List.of(stored)
        : StoredResults.deciding(folders.commit(stored.id()));
  }

  /**
   * Writes the file if it changes. A first verdict is not flushed: if a power cut destroys it, it
   * is derived again at the next start. The loss of a changed verdict would not be noticed, so that
   * is flushed.
   */
  private boolean write(Verdict verdict, Path commit) throws IOException {
    Path file = commit.resolve(ResultsFolder.VERDICT);
    byte[] content = Codec.encodePretty(verdict);
    if (!Files.exists(file)) {
      disk.replaceSoon(file, content);
      return true;
    }
    if (Arrays.equals(content, Files.readAllBytes(file))) {
      return false;
    }
    disk.replace(file, out -> out.write(content));
    disk.sync(commit);
    return true;
  }
}
