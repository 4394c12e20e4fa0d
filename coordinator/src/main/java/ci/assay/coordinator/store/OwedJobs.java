package ci.assay.coordinator.store;

import ci.assay.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds owed jobs: each {@code job.json} without a {@code result.json} beside it, reruns excepted.
 */
final class OwedJobs {

  private OwedJobs() {}

  /** The owed jobs of these commits, the longest waiting first. */
  static List<Job> in(List<Path> commits) throws IOException {
    List<Job> owed = new ArrayList<>();
    for (Path commit : commits) {
      if (!Files.exists(commit.resolve(ResultsFolder.VERDICT))) {
        for (Path variant : ResultsFolder.folders(commit)) {
          owedIn(variant).ifPresent(owed::add);
        }
      }
    }
    owed.sort(Comparator.comparing(Job::queuedAt).thenComparing(Job::commit));
    return List.copyOf(owed);
  }

  private static Optional<Job> owedIn(Path variant) throws IOException {
    return Files.exists(variant.resolve(ResultsFolder.RESULT))
        ? Optional.empty()
        : StoredResults.jobIn(variant);
  }
}
