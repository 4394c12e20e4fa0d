package ci.assay.systemtest.chaos;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Pushes commits whose outcomes are known, one after another, on a thread of its own. */
final class Pusher implements AutoCloseable {

  private static final int MOST_MILLIS_BETWEEN = 1_300;

  private final TestRepository repository;
  private final Path runs;
  private final Random random;
  private final List<Pushed> pushed = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::pushUntilClosed, "pusher");
  private volatile boolean closed;

  /**
   * @param runs a file to which each run adds its commit
   */
  Pusher(TestRepository repository, Path runs, Random random) {
    this.repository = repository;
    this.runs = runs;
    this.random = random;
  }

  void start() {
    thread.start();
  }

  /** All commits so far. */
  List<Pushed> pushed() {
    return pushed;
  }

  void push() {
    int number = pushed.size();
    KnownTruth truth = KnownTruth.any(random);
    CommitId commit = repository.commit("change " + number, truth.files(number, runs));
    pushed.add(new Pushed(commit, number, truth, System.nanoTime()));
  }

  private void pushUntilClosed() {
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MOST_MILLIS_BETWEEN));
        push();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops pushing. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
