package ci.assay.cli;

import ci.assay.cli.metrics.CoordinatorMeters;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.LiveListener;
import ci.assay.coordinator.ResultReader;
import ci.assay.coordinator.VerdictListener;
import ci.assay.index.Index;
import ci.assay.index.Indexer;
import ci.assay.model.JobId;
import ci.assay.model.Order;
import ci.assay.model.Presence;
import ci.assay.model.Receipt;
import ci.assay.web.Installation;
import ci.assay.web.WebServer;
import ci.assay.web.WebSettings;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The index and the pages of a coordinator that is to serve some. */
final class WebSide implements AutoCloseable {

  private final WebSettings settings;
  private final Clock clock;
  private final Closer closer = new Closer();
  private final Index index;
  private final Indexer indexer;
  private final ProcessMeters meters;
  private final CoordinatorMeters counted;
  private volatile @Nullable Coordinator coordinator;

  /** Opens the index. */
  WebSide(WebSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.index = closer.add(Index.open(settings.index()));
    this.indexer =
        closer.add(new Indexer(index, new ResultReader(settings.results()), this::hearsAll, clock));
    this.meters = closer.add(new ProcessMeters());
    this.counted = new CoordinatorMeters(meters, indexer);
  }

  /** For the coordinator to be made. */
  VerdictListener listener() {
    return counted;
  }

  /** For the other parts of this process to add theirs. */
  ProcessMeters meters() {
    return meters;
  }

  /**
   * Serves pages about a coordinator.
   *
   * @return where they are
   */
  String start(Coordinator about) {
    coordinator = about;
    counted.watch(about);
    WebServer server =
        closer.add(
            new WebServer(settings, index, indexer, new OfCoordinator(about, meters), clock));
    server.start();
    indexer.start();
    return server.address();
  }

  @Override
  public void close() throws Exception {
    closer.close();
  }

  private boolean hearsAll() {
    Coordinator ours = coordinator;
    return ours != null && ours.isActive();
  }

  private record OfCoordinator(Coordinator coordinator, ProcessMeters meters)
      implements Installation {
    @Override
    public List<Presence> workers() {
      return coordinator.workers();
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
    public Receipt give(Order order) throws InterruptedException {
      return coordinator.give(order);
    }
  }
}
