package ci.assay.web.page;

import ci.assay.index.Indexer.Changed;
import ci.assay.thread.Threads;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells browsers what changed, with server-sent events: an event {@code changed} with {@code
 * REPOSITORY/COMMIT} for each commit and with {@code REPOSITORY} for changed refs, and an event
 * {@code workers} when a run began or ended. A browser that reads slowly gets several changes as
 * one, and delays no other. Thread-safe.
 */
public final class Events implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Events.class);

  /** More changes are sent as one change of everything. */
  private static final int MOST_NAMED = 50;

  private static final int MOST_CLIENTS = 500;
  private static final String SEEN = "seen";

  private final AtomicLong changes = new AtomicLong();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

  /** One for each stream, so that a client that takes little delays no other one's. */
  private final ExecutorService senders;

  /**
   * @param mostStreams how many streams there may be, of running logs too
   */
  public Events(int mostStreams) {
    this.senders = Threads.bounded(mostStreams, "events");
  }

  /** Notes which changes a page includes. To be called before the page reads any data. */
  public void note(Context context) {
    context.attribute(SEEN, changes.get());
  }

  /** The number of changes when a page was requested, for the address of its events. */
  static long seen(Context context) {
    Long seen = context.attribute(SEEN);
    return seen == null ? 0 : seen;
  }

  /**
   * Keeps a connection open and sends changes from now on. If a page says which changes it
   * includes, and there were more, it is told at once that everything changed.
   */
  public void add(SseClient client) {
    if (listeners.size() >= MOST_CLIENTS) {
      client.close();
      return;
    }
    Listener listener = new Listener(client);
    client.keepAlive();
    client.onClose(() -> listeners.remove(listener));
    listeners.add(listener);
    client.sendComment("listening");
    String seen = client.ctx().queryParam(SEEN);
    if (seen != null && !seen.equals(Long.toString(changes.get()))) {
      listener.tell("*");
    }
  }

  /** The threads for sending, which may have to wait for a browser. */
  Executor senders() {
    return senders;
  }

  public void changed(List<Changed> commits) {
    changes.incrementAndGet(); // before listeners are told, so that a new one misses nothing
    for (Listener listener : listeners) {
      listener.tell(commits);
    }
  }

  public void workersChanged() {
    changes.incrementAndGet();
    listeners.forEach(listener -> listener.tell("workers"));
  }

  /** Sends a ping on each connection, to find out which are dead. */
  public void ping() {
    listeners.forEach(listener -> listener.tell("ping"));
  }

  @Override
  public void close() {
    listeners.forEach(listener -> listener.client.close());
    senders.shutdownNow();
  }

  private final class Listener {
    private final SseClient client;
    private final Set<String> untold = new LinkedHashSet<>();
    private boolean isTelling;

    Listener(SseClient client) {
      this.client = client;
    }

    synchronized void tell(List<Changed> commits) {
      commits.forEach(each -> untold.add(each.toString()));
      begin();
    }

    synchronized void tell(String word) {
      untold.add(word);
      begin();
    }

    private void begin() {
      if (isTelling) {
        return;
      }
      try {
        senders.execute(this::tellUntold);
        isTelling = true;
      } catch (RejectedExecutionException e) {
        log.debug("closed, so nobody is told");
      }
    }

    private void tellUntold() {
      try {
        tellAll();
      } catch (RuntimeException | Error e) {
        log.error("cannot tell a browser what changed; this is a defect", e);
        synchronized (this) {
          isTelling = false;
        }
        client.close();
      }
    }

    private void tellAll() {
      for (List<String> some = take(); !some.isEmpty(); some = take()) {
        if (some.size() > MOST_NAMED) {
          client.sendEvent("changed", "*");
          continue;
        }
        for (String each : some) {
          switch (each) {
            case "ping" -> client.sendComment("ping");
            case "workers" -> client.sendEvent("workers", "");
            default -> client.sendEvent("changed", each);
          }
        }
      }
    }

    private synchronized List<String> take() {
      List<String> some = List.copyOf(untold);
      untold.clear();
      isTelling = !some.isEmpty();
      return some;
    }
  }
}
