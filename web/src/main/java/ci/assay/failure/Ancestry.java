package ci.assay.failure;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stored commits before a commit: its first parents and, where that line ends or is unknown,
 * the last commits of its branch that passed. Each is read only when it is asked for.
 */
final class Ancestry {

  /** How many commits are looked at. */
  private static final int MOST = 50;

  private static final int MOST_PASSED = 10;

  private final ResultReader files;
  private final History history;
  private final Job job;
  private final List<Step> read = new ArrayList<>();
  private final Set<CommitId> seen = new HashSet<>();
  private @Nullable CommitId parent;
  private @Nullable Deque<CommitId> others;

  Ancestry(ResultReader files, History history, Job job) {
    this.files = files;
    this.history = history;
    this.job = job;
    this.parent = first(job.parents());
    seen.add(job.commit());
  }

  /** A commit and the deciding results of its variants. */
  record Step(CommitId commit, List<Result> results) {

    Optional<Result> of(String variant) {
      return results.stream().filter(each -> each.id().variant().equals(variant)).findFirst();
    }
  }

  /** The commit at this distance: 0 for the nearest; empty when there are no more. */
  Optional<Step> at(int index) {
    while (read.size() <= index && read.size() < MOST) {
      CommitId next = next();
      if (next == null) {
        break;
      }
      if (seen.add(next)) {
        step(next).ifPresent(read::add);
      }
    }
    return index < read.size() ? Optional.of(read.get(index)) : Optional.empty();
  }

  private @Nullable CommitId next() {
    CommitId known = parent;
    if (known != null) {
      parent = null;
      return known;
    }
    Deque<CommitId> last = others;
    if (last == null) {
      last =
          new ArrayDeque<>(
              history.passed(job.repository().name(), job.ref(), job.queuedAt(), MOST_PASSED));
      others = last;
    }
    return last.poll();
  }

  private Optional<Step> step(CommitId commit) {
    String repository = job.repository().name();
    List<Result> results = files.results(repository, commit);
    Optional<Job> about =
        results.isEmpty()
            ? files.stored(repository, commit).jobs().stream().findFirst()
            : Optional.of(results.get(0).about());
    if (others == null) {
      parent = about.map(each -> first(each.parents())).orElse(null);
    }
    return about.map(each -> new Step(commit, results));
  }

  private static @Nullable CommitId first(List<CommitId> parents) {
    return parents.isEmpty() ? null : parents.get(0);
  }
}
