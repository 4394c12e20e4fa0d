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
 * What is stored of one commit, reruns included. A file that is none of ours is left out.
 *
 * @param jobs that were asked for
 * @param results at most one for each of them
 * @param verdict when all variants have a result
 */
public record StoredCommit(List<Job> jobs, List<Result> results, Optional<Verdict> verdict) {

  private static final Logger log = LoggerFactory.getLogger(StoredCommit.class);

  public StoredCommit {
    jobs = List.copyOf(jobs);
    results = List.copyOf(results);
  }

  static StoredCommit in(Path commit) throws IOException {
    Optional<Verdict> verdict = VerdictFiles.in(commit); // first: what it was derived from is there
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
