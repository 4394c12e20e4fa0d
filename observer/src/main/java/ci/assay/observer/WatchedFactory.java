package ci.assay.observer;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.git.Mirror;
import ci.assay.git.MirrorStore;
import ci.assay.observer.job.JobPlanner;
import ci.assay.observer.job.JobSender;
import ci.assay.observer.poll.PollListener;
import ci.assay.observer.poll.RefPoller;
import ci.assay.observer.poll.RepositoryWatch;
import ci.assay.observer.refs.RefReporter;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;
import ci.assay.observer.state.ListSequence;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.observer.state.StateFolder;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Assembles what works for one repository. Its files are opened once, and are used again when the
 * repository is watched with other settings. For use by one thread at a time.
 */
final class WatchedFactory implements AutoCloseable {

  /** Unchanged refs are reported once in this many reconcile intervals. */
  private static final int REFS_PER_RECONCILE = 5;

  private final ObserverSettings settings;
  private final Sources sources;
  private final JobSender sender;
  private final RefReporter.Publisher publisher;
  private final PollListener listener;
  private final Clock clock;
  private final Map<String, Cursor> cursors = new HashMap<>();
  private final Map<String, ListSequence> sequences = new HashMap<>();

  /**
   * What is read and noted; not closed by this object.
   *
   * @param state must be open before a repository is assembled
   */
  record Sources(MirrorStore mirrors, StateFolder state) {}

  WatchedFactory(
      ObserverSettings settings,
      Sources sources,
      JobSender sender,
      RefReporter.Publisher publisher,
      PollListener listener,
      Clock clock) {
    this.settings = settings;
    this.sources = sources;
    this.sender = sender;
    this.publisher = publisher;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Assembles, and starts nothing.
   *
   * @throws CannotRunException when the state cannot be read or written
   * @throws InvalidInputException when the URL is not valid
   */
  Watched of(WatchedRepository about) {
    Mirror mirror = sources.mirrors().mirrorOf(about.repository());
    Cursor cursor =
        cursors.computeIfAbsent(
            about.name(), name -> Cursor.open(sources.state().cursors(), name, clock.instant()));
    JobPlanner planner = new JobPlanner(about.terms(), mirror.repository());
    RefReporter reporter = reporter(about.name(), mirror);
    RefPoller poller =
        new RefPoller(
            about,
            mirror,
            cursor,
            clock,
            new RefPoller.Listener() {
              @Override
              public void planned(List<PlannedCommit> commits) {
                sender.submit(commits, planner, cursor);
              }

              @Override
              public void observed(Map<String, ObjectId> refs) {
                reporter.observed(refs);
              }
            });
    RepositoryWatch watch = new RepositoryWatch(about, poller, listener);
    return new Watched(about, watch, cursor, planner, reporter);
  }

  private RefReporter reporter(String repository, Mirror mirror) {
    return new RefReporter(
        repository,
        mirror.repository(),
        sequences.computeIfAbsent(
            repository, name -> ListSequence.open(sources.state().refs(), name)),
        publisher,
        new RefReporter.Timing(
            settings.reconcile().multipliedBy(REFS_PER_RECONCILE), clock, System::nanoTime));
  }

  /** Closes the files; nothing that was assembled may run any more. */
  @Override
  public void close() {
    cursors.values().forEach(Cursor::close);
  }
}
