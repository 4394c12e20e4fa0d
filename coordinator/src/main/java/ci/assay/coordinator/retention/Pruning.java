package ci.assay.coordinator.retention;

import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.Disk;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.ResultsFolder;
import ci.assay.message.RefTips;
import ci.assay.model.CommitId;
import ci.assay.model.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes the large files of old commits: logs, test cases and later results of their runs. Jobs,
 * results and verdicts stay forever. Commits that a ref points at, and those with an owed job, keep
 * all files. It may be interrupted at any moment and repeated.
 */
public final class Pruning {

  private final ResultsFolder folders;
  private final ResultReader reader;
  private final Disk disk;

  public Pruning(Path results) {
    this.folders = new ResultsFolder(results);
    this.reader = new ResultReader(results);
    this.disk = new Disk(folders);
  }

  /**
   * The commits that a rule selects, grouped by repository, the oldest first.
   *
   * @param repositories the names of the repositories
   * @throws CannotRunException when the folder cannot be read
   */
  public List<OldRun> find(PruneRule rule, List<String> repositories, Instant now) {
    List<OldRun> found = new ArrayList<>();
    for (String repository : repositories) {
      try {
        found.addAll(find(rule, repository, now));
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
    return found;
  }

  private List<OldRun> find(PruneRule rule, String repository, Instant now) throws IOException {
    List<Verdict> newestFirst = new ArrayList<>();
    for (CommitId commit : reader.commits(repository)) {
      reader.verdict(repository, commit).ifPresent(newestFirst::add);
    }
    newestFirst.sort(
        Comparator.comparing(Verdict::queuedAt).thenComparing(Verdict::commit).reversed());
    Set<CommitId> tips = tips(repository);
    Map<String, Integer> seen = new HashMap<>();
    List<OldRun> found = new ArrayList<>();
    for (Verdict each : newestFirst) {
      int place = seen.merge(each.ref(), 1, Integer::sum);
      if (isOld(rule, each, now)
          && (rule.keep() == null || place > rule.keep())
          && !tips.contains(each.commit())) {
        old(each).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparing(OldRun::judgedAt).thenComparing(OldRun::commit));
    return found;
  }

  private Set<CommitId> tips(String repository) {
    return reader
        .tips(repository)
        .map(RefTips::refs)
        .map(refs -> Set.copyOf(new HashSet<>(refs.values())))
        .orElse(Set.of());
  }

  private static boolean isOld(PruneRule rule, Verdict verdict, Instant now) {
    Duration limit = rule.olderThan();
    return limit == null || verdict.finishedAt().isBefore(now.minus(limit));
  }

  /**
   * The commit with the size of its files; empty when there is nothing to remove, or a job is owed.
   */
  private Optional<OldRun> old(Verdict verdict) throws IOException {
    long bytes = 0;
    for (Path job : jobs(verdict.repository(), verdict.commit())) {
      if (!Files.exists(job.resolve(ResultsFolder.RESULT))) {
        return Optional.empty();
      }
      bytes += new BulkyFiles(job).bytes();
    }
    return bytes == 0
        ? Optional.empty()
        : Optional.of(
            new OldRun(
                verdict.repository(),
                verdict.commit(),
                verdict.ref(),
                verdict.finishedAt(),
                bytes));
  }

  private List<Path> jobs(String repository, CommitId commit) throws IOException {
    List<Path> jobs = new ArrayList<>();
    for (Path variant : ResultsFolder.folders(folders.commit(repository, commit))) {
      jobs.addAll(ResultsFolder.jobsOf(variant));
    }
    return jobs;
  }

  /**
   * Removes the files of one commit; this is on disk when it returns.
   *
   * @throws CannotRunException when a file cannot be changed
   */
  public void remove(OldRun old, Instant now) {
    try {
      for (Path job : jobs(old.repository(), old.commit())) {
        new BulkyFiles(job).remove(disk, now);
      }
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot change the files of %s/%s in %s: %s"
              .formatted(old.repository(), old.commit(), folders.root(), e.toString()),
          e);
    }
  }

  private CannotRunException unreadable(IOException e) {
    return new CannotRunException(
        "cannot read results in %s: %s".formatted(folders.root(), e.toString()), e);
  }
}
