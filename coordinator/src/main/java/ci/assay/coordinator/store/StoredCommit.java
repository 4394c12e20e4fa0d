package ci.assay.coordinator.store;

import ci.assay.common.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is stored of one commit, including reruns. A file that cannot be decoded is left
 * out.
 *
 * @param jobs the jobs, in no particular order
 * @param results the results, at most one for each job
 * @param verdict empty until all variants have a result
 */
public record StoredCommit(List<Job> jobs, List<Result> results, Optional<Verdict> verdict) {

  private static final Logger log = LoggerFactory.getLogger(StoredCommit.class);

  public StoredCommit {
    jobs = List.copyOf(jobs);
    results = List.copyOf(results);
  }

  static StoredCommit in(Path commit) throws IOException {
    // read first, so that the results it was derived from are read, too
    Optional<Verdict> verdict = VerdictFiles.in(commit);
    List<Job> jobs = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    for (Path variant : ResultsFolder.folders(commit)) {
      for (Path job : ResultsFolder.jobsOf(variant)) {
        StoredResults.jobIn(job).ifPresent(jobs::add);
        try {
          StoredResults.in(job).ifPresent(results::add);
        } catch (InvalidInputException e) {
          log.warn("left out: {}", e.getMessage());
        }
      }
    }
    return new StoredCommit(jobs, results, verdict);
  }
}
