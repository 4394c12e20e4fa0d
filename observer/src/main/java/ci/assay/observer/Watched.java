package ci.assay.observer;

import ci.assay.observer.job.JobPlanner;
import ci.assay.observer.poll.RepositoryWatch;
import ci.assay.observer.refs.RefReporter;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.observer.state.Cursor;

/** What works for one repository while it is watched with these settings. */
record Watched(
    WatchedRepository settings,
    RepositoryWatch watch,
    Cursor cursor,
    JobPlanner planner,
    RefReporter reporter) {

  String name() {
    return settings.name();
  }
}
