package ci.assay.observer;

import ci.assay.git.GitTroubleException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A repository's poller with everything real but the broker, to be driven by hand. */
final class PollerRig implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-11-23T01:02:03.456Z");

  final List<Planned> planned = new ArrayList<>();

  private boolean diesNext;

  private final Path state;
  private final WatchedRepository watched;
  private MirrorStore mirrors;
  private Cursor cursor;
  private RefPoller poller;

  PollerRig(Path state, WatchedRepository watched) {
    this.state = state;
    this.watched = watched;
    open();
  }

  static WatchedRepository watching(
      Repository repository, CommitSelection commits, int backlog, String... refs) {
    return new WatchedRepository(
        repository,
        List.of(refs),
        commits,
        backlog,
        Duration.ofSeconds(5),
        "make test",
        Job.DEFAULT_TIMEOUT,
        Job.DEFAULT_POOL);
  }

  /** What one look brings, oldest first. */
  List<CommitId> poll() throws GitTroubleException {
    int before = planned.size();
    poller.poll();
    return planned.subList(before, planned.size()).stream().map(Planned::commit).toList();
  }

  Cursor cursor() {
    return cursor;
  }

  Mirror mirror() {
    return mirrors.mirrorOf(watched.repository());
  }

  Job jobOf(Planned one) {
    return new JobPlanner(watched.terms(), mirror().repository()).jobOf(one);
  }

  /** Makes the next look end abruptly when the first commits it finds are stored. */
  void dieAtNextCommits() {
    diesNext = true;
  }

  private void take(List<Planned> batch) {
    planned.addAll(batch);
    if (diesNext) {
      diesNext = false;
      throw new Died();
    }
  }

  /** In place of the end of the process. */
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
    poller = new RefPoller(watched, mirror(), cursor, Clock.fixed(NOW, ZoneOffset.UTC), this::take);
  }
}
