package ci.assay.observer.job;

import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.observer.history.CommitWalk;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.QueueTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * Works out the jobs that an observer should have queued for a repository, from its history and the
 * commits that have stored results: for finding gaps.
 *
 * <p>A commit that is an ancestor of a known commit and not a descendant of one is older than the
 * watching of the repository. Every other commit that its refs lead to should have a job.
 */
public final class ExpectedJobs {

  /** The {@code reason} of such jobs. */
  public static final String REASON = "audit";

  private final MirrorStore mirrors;
  private final Clock clock;

  /**
   * @param mirrors the mirrors to fetch repositories to; not closed by this object
   */
  public ExpectedJobs(MirrorStore mirrors, Clock clock) {
    this.mirrors = mirrors;
    this.clock = clock;
  }

  /**
   * The jobs, parents before children.
   *
   * @param known the commits with any stored file
   * @throws GitException when the repository cannot be read
   */
  public List<Job> jobs(WatchedRepository watched, Set<CommitId> known) throws GitException {
    Mirror mirror = mirrors.mirrorOf(watched.repository());
    Map<String, ObjectId> refs = new TreeMap<>(mirror.remoteRefs(watched.refs()));
    mirror.fetch(new HashSet<>(refs.values()));
    JobPlanner planner = new JobPlanner(watched.terms(), mirror.repository());
    QueueTimes times = new QueueTimes(clock);
    List<Job> jobs = new ArrayList<>();
    try {
      expected(new CommitWalk(mirror.repository()), refs, watched, known)
          .forEach(
              (commit, ref) ->
                  jobs.addAll(
                      planner.jobsOf(new PlannedCommit(commit, ref, REASON, times.next()))));
      return jobs;
    } catch (IOException e) {
      throw new UncheckedIOException("repository '" + watched.name() + "'", e);
    }
  }

  /** Each expected commit, with the first ref that leads to it. */
  private static Map<CommitId, String> expected(
      CommitWalk walk, Map<String, ObjectId> refs, WatchedRepository watched, Set<CommitId> known)
      throws IOException {
    Map<CommitId, String> expected = new LinkedHashMap<>();
    boolean every = watched.commits() == CommitSelection.EVERY;
    if (every && !known.isEmpty()) {
      expected.putAll(sinceFirstWatched(walk, refs, known));
    }
    if (expected.isEmpty() || watched.backlog() > 1) {
      int count = every ? Math.max(1, watched.backlog()) : 1;
      for (Map.Entry<String, ObjectId> ref : refs.entrySet()) {
        walk.newest(ref.getValue(), count)
            .forEach(commit -> expected.putIfAbsent(idOf(commit), ref.getKey()));
      }
    }
    return expected;
  }

  private static Map<CommitId, String> sinceFirstWatched(
      CommitWalk walk, Map<String, ObjectId> refs, Set<CommitId> known) throws IOException {
    Map<RevCommit, String> all = new LinkedHashMap<>();
    Set<ObjectId> walked = new HashSet<>();
    for (Map.Entry<String, ObjectId> ref : refs.entrySet()) {
      walk.between(walked, ref.getValue()).forEach(commit -> all.put(commit, ref.getKey()));
      walked.add(ref.getValue());
    }
    List<RevCommit> parentsFirst = List.copyOf(all.keySet());
    Set<ObjectId> after = descendants(parentsFirst, known);
    Set<ObjectId> before = ancestors(parentsFirst, known);
    Map<CommitId, String> expected = new LinkedHashMap<>();
    all.forEach(
        (commit, ref) -> {
          CommitId id = idOf(commit);
          if (known.contains(id) || after.contains(commit) || !before.contains(commit)) {
            expected.put(id, ref);
          }
        });
    return expected;
  }

  private static Set<ObjectId> descendants(List<RevCommit> parentsFirst, Set<CommitId> known) {
    Set<ObjectId> found = new HashSet<>();
    for (RevCommit commit : parentsFirst) {
      for (RevCommit parent : commit.getParents()) {
        if (known.contains(idOf(parent)) || found.contains(parent)) {
          found.add(commit);
        }
      }
    }
    return found;
  }

  private static Set<ObjectId> ancestors(List<RevCommit> parentsFirst, Set<CommitId> known) {
    Set<ObjectId> found = new HashSet<>();
    for (int i = parentsFirst.size() - 1; i >= 0; i--) {
      RevCommit commit = parentsFirst.get(i);
      if (known.contains(idOf(commit)) || found.contains(commit)) {
        found.addAll(List.of(commit.getParents()));
      }
    }
    return found;
  }

  private static CommitId idOf(ObjectId commit) {
    return new CommitId(commit.name());
  }
}
