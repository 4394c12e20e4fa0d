package ci.assay.coordinator;

import ci.assay.coordinator.active.Leadership;
import ci.assay.coordinator.inquiry.InquiryServer;
import ci.assay.coordinator.republish.Sweeper;
import ci.assay.coordinator.retention.ArtifactRemoval;
import ci.assay.coordinator.store.TemporaryFiles;
import ci.assay.coordinator.store.UnfinishedCommits;
import ci.assay.thread.Steps;
import ci.assay.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the active coordinator does besides storing messages: answering questions, publishing lost
 * jobs again, finishing what an earlier process left.
 */
final class ActiveTasks implements Leadership.Tasks {

  /** For a step that is under way: a write to a slow disk, or a confirm of the broker. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  private final String name;
  private final Supplier<InquiryServer> inquiries;
  private final Sweeper sweeper;
  private final UnfinishedCommits unfinishedCommits;
  private final Tidying tidying;
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable InquiryServer inquiryServer;

  /**
   * What is removed from time to time.
   *
   * @param temporaryFiles files that dead processes left
   * @param artifacts those whose time is over
   * @param pause between two removals
   */
  record Tidying(TemporaryFiles temporaryFiles, ArtifactRemoval artifacts, Duration pause) {}

  /**
   * @param name the name of the threads
   * @param inquiries supplies a new server, not started yet, each time this coordinator becomes
   *     active
   */
  ActiveTasks(
      String name,
      Supplier<InquiryServer> inquiries,
      Sweeper sweeper,
      UnfinishedCommits unfinishedCommits,
      Tidying tidying) {
    this.name = name;
    this.inquiries = inquiries;
    this.sweeper = sweeper;
    this.unfinishedCommits = unfinishedCommits;
    this.tidying = tidying;
  }

  @Override
  public void start() {
    InquiryServer opened = inquiries.get();
    opened.start();
    inquiryServer = opened;
    start(this::finish, " finishing");
    start(sweeper::run, " sweeping");
  }

  private void start(Runnable task, String what) {
    Thread thread = Threads.daemon(name + what, task);
    threads.add(thread);
    thread.start();
  }

  private void finish() {
    Steps.contained("finishing commits", unfinishedCommits::finish);
    try {
      while (!Thread.interrupted()) {
        Steps.contained(
            "removing files of dead processes", tidying.temporaryFiles()::removeLeftOvers);
        Steps.contained("removing old artifacts", tidying.artifacts()::sweep);
        TimeUnit.NANOSECONDS.sleep(tidying.pause().toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    threads.forEach(ActiveTasks::join);
    threads.clear();
    if (inquiryServer != null) {
      inquiryServer.close();
      inquiryServer = null;
    }
  }

  /** So that the tasks of one period as the active coordinator do not overlap those of the next. */
  private static void join(Thread thread) {
    try {
      thread.join(ENDS_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
