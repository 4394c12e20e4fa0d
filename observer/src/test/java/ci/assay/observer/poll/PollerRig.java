package ci.assay.observer.poll;

import ci.assay.git.GitException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.observer.job.JobPlanner;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.settings.JobTerms;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.PlannedCommit;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/** A repository's poller with everything real except the broker; tests call each poll. */
public final class PollerRig implements AutoCloseable {

  public static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");

  final List<PlannedCommit> planned = new ArrayList<>();
  final Map<String, String> observed = new TreeMap<>();

  private boolean diesNext;

  private final Path state;
  private final WatchedRepository watched;
  private MirrorStore mirrors;
  private Cursor cursor;
  private RefPoller poller;

  public PollerRig(Path state, WatchedRepository watched) {
    this.state = state;
    this.watched = watched;
    open();
  }

  static WatchedRepository watching(
      Repository repository, CommitSelection commits, int backlog, String... refs) {
    return new WatchedRepository(
        new JobTerms(repository, "make test", Job.DEFAULT_TIMEOUT, Job.DEFAULT_POOL),
        List.of(refs),
        commits,
        backlog,
        Duration.ofSeconds(5));
  }

  /** Polls once; returns the planned commits, oldest first. */
  public List<CommitId> poll() throws GitException {
    int before = planned.size();
    poller.poll();
    return planned.subList(before, planned.size()).stream().map(PlannedCommit::commit).toList();
  }

  Cursor cursor() {
    return cursor;
  }

  Mirror mirror() {
    return mirrors.mirrorOf(watched.repository());
  }

  Job jobOf(PlannedCommit one) {
    return new JobPlanner(watched.terms(), mirror().repository()).jobsOf(one).get(0);
  }

  /** Makes the next poll end abruptly after the first commits it finds are stored. */
  void dieAtNextCommits() {
    diesNext = true;
  }

  private final class Taking implements RefPoller.Listener {
    @Override
    public void planned(List<PlannedCommit> batch) {
      planned.addAll(batch);
      if (diesNext) {
        diesNext = false;
        throw new Died();
      }
    }

    @Override
    public void observed(Map<String, ObjectId> refs) {
      observed.clear();
      refs.forEach((ref, id) -> observed.put(ref, id.name()));
    }
  }

  /** Simulates the end of the process. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Dies and starts again. */
  void restart() {
    close();
    open();
  }

  @Override
  public void close() {
    cursor.close();
    mirrors.close();
  }

  private void open() {
    mirrors = new MirrorStore(state.resolve("mirrors"));
    cursor = Cursor.open(state.resolve("cursors"), watched.name(), NOW);
    diesNext = false;
    poller =
        new RefPoller(watched, mirror(), cursor, Clock.fixed(NOW, ZoneOffset.UTC), new Taking());
  }
}
