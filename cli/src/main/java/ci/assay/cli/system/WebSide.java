package ci.assay.cli.system;

import ci.assay.cli.metrics.CoordinatorMeters;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.cli.process.Closer;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.live.LiveListener;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.failure.History;
import ci.assay.failure.IndexHistory;
import ci.assay.index.Index;
import ci.assay.index.Indexer;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.model.JobId;
import ci.assay.notify.outbox.Outbox;
import ci.assay.web.WebServer;
import ci.assay.web.WebSettings;
import ci.assay.web.page.Installation;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The index and the pages of a coordinator. */
public final class WebSide implements AutoCloseable {

  private final WebSettings settings;
  private final Clock clock;
  private final Closer closer = new Closer();
  private final Index index;
  private final Indexer indexer;
  private final ProcessMeters meters;
  private final CoordinatorMeters counted;
  private volatile @Nullable Coordinator coordinator;

  /** Opens the index. */
  public WebSide(WebSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.index = closer.add(Index.open(settings.index()));
    this.indexer =
        closer.add(
            new Indexer(index, new ResultReader(settings.results()), this::receivesAll, clock));
    this.meters = closer.add(new ProcessMeters());
    this.counted = new CoordinatorMeters(meters, indexer);
  }

  /** The listener for the coordinator that is to be created. */
  public VerdictListener listener() {
    return counted;
  }

  /** What the index knows beyond one page of commits. */
  public History history() {
    return new IndexHistory(index.commits(), index.tests());
  }

  /** The metrics, to which the other parts of this process add theirs. */
  public ProcessMeters meters() {
    return meters;
  }

  /**
   * Starts to serve pages about a coordinator.
   *
   * @param notifications the notifications about its verdicts
   * @return their address
   */
  public String start(Coordinator about, NotificationService notifications) {
    coordinator = about;
    counted.watch(about);
    notifications.addMeters(meters, clock);
    WebServer server =
        closer.add(
            new WebServer(
                settings,
                index,
                indexer,
                new OfCoordinator(about, notifications.outbox(), meters),
                clock));
    server.start();
    indexer.start();
    return server.address();
  }

  @Override
  public void close() throws Exception {
    closer.close();
  }

  private boolean receivesAll() {
    Coordinator ours = coordinator;
    return ours != null && ours.isActive();
  }

  private record OfCoordinator(
      Coordinator coordinator, @Nullable Outbox outbox, ProcessMeters meters)
      implements Installation {
    @Override
    public List<Presence> workers() {
      return coordinator.workers();
    }

    @Override
    public List<Presence> lostWorkers() {
      return coordinator.lostWorkers();
    }

    @Override
    public boolean isReady() {
      return coordinator.isReady();
    }

    @Override
    public AutoCloseable watch(JobId job, LiveListener listener) {
      return coordinator.live().watch(job, 0, listener);
    }

    @Override
    public String metrics() {
      return meters.text();
    }

    @Override
    public void poll(String repository, String by) {
      coordinator.poll(new PollRequest(repository, by));
    }

    @Override
    public OrderReply give(Order order) throws InterruptedException {
      return coordinator.give(order);
    }
  }
}
