package ci.assay.web.page;

import ci.assay.coordinator.live.LiveListener;
import ci.assay.model.JobId;
import ci.assay.web.log.AnsiLine;
import ci.assay.web.log.LogText;
import io.javalin.http.sse.SseClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the output of a run to one client, line by line, as events: {@code lines}; {@code again}
 * when another run of the job begins; {@code end} when it is over. A client that reads slowly
 * misses lines, and is told so, but delays no other. Thread-safe.
 */
final class LiveTail implements LiveListener {

  private static final Logger log = LoggerFactory.getLogger(LiveTail.class);

  /**
   * The most characters that wait for one client. All streams together can take that much memory.
   */
  private static final int MOST_WAITING = 256 * 1024;

  private static final int MOST_EVENTS = 256;
  private static final int LONGEST_LINE = LogText.MOST_OF_LINE;

  private final JobId job;
  private final SseClient client;
  private final boolean isHtml;
  private final Executor senders;
  private final Deque<Event> waiting = new ArrayDeque<>();
  private int charactersWaiting;
  private boolean isSending;

  private String run = "";
  private AnsiLine ansi = new AnsiLine();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long next;
  private long number;

  private record Event(String name, String data) {}

  /**
   * @param isHtml whether lines are sent as HTML; else as plain text, one {@code data:} line each
   */
  LiveTail(JobId job, SseClient client, boolean isHtml, Executor senders) {
    this.job = job;
    this.isHtml = isHtml;
    this.client = client;
    this.senders = senders;
  }

  @Override
  public synchronized void received(String from, long offset, byte[] text, boolean end) {
    if (!from.equals(run)) {
      begin(from);
    }
    StringBuilder lines = new StringBuilder();
    if (offset > next) {
      line.reset();
      line.writeBytes("… a part of the log did not arrive …".getBytes(StandardCharsets.UTF_8));
      append(lines);
    }
    next = offset + text.length;
    for (byte each : text) {
      if (each == '\n') {
        append(lines);
      } else if (line.size() < LONGEST_LINE) {
        line.write(each);
      }
    }
    if (end && line.size() > 0) {
      append(lines);
    }
    if (!lines.isEmpty()) {
      add(new Event("lines", lines.toString()));
    }
    if (end) {
      add(new Event("end", run));
    }
  }

  /** The job whose output is sent. */
  JobId job() {
    return job;
  }

  /** Sends the end: no more output will come. */
  synchronized void end() {
    add(new Event("end", run));
  }

  /** Sends a ping, to find out whether the client is still there. */
  synchronized void ping() {
    add(new Event("ping", ""));
  }

  private void begin(String from) {
    if (!run.isEmpty()) {
      add(new Event("again", from));
    }
    run = from;
    ansi = new AnsiLine();
    line.reset();
    next = 0;
    number = 0;
  }

  private void append(StringBuilder lines) {
    String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
    line.reset();
    number++;
    String shown = text.substring(text.lastIndexOf('\r') + 1);
    if (isHtml) {
      lines.append("<div class=\"line\"><a>").append(number).append("</a><span>");
      lines.append(ansi.html(shown)).append("</span></div>");
    } else {
      lines.append(lines.isEmpty() ? "" : "\n").append(shown);
    }
  }

  private void add(Event event) {
    boolean hasRoom = charactersWaiting <= MOST_WAITING && waiting.size() <= MOST_EVENTS;
    if (!hasRoom && !event.name().equals("end")) {
      return;
    }
    waiting.add(event);
    charactersWaiting += event.data().length();
    if (isSending) {
      return;
    }
    try {
      senders.execute(this::sendContained);
      isSending = true;
    } catch (RejectedExecutionException e) {
      log.debug("closed, so nothing more is sent");
    }
  }

  private void sendContained() {
    try {
      send();
    } catch (RuntimeException | Error e) {
      log.error("cannot send the output of a run to a client; this is a defect", e);
      synchronized (this) {
        isSending = false;
      }
      client.close();
    }
  }

  private void send() {
    for (Event event = take(); event != null; event = take()) {
      switch (event.name()) {
        case "ping" -> client.sendComment("ping");
        case "end" -> {
          client.sendEvent("end", event.data());
          client.close();
        }
        default -> client.sendEvent(event.name(), event.data());
      }
    }
  }

  private synchronized @Nullable Event take() {
    Event event = waiting.poll();
    isSending = event != null;
    charactersWaiting -= event == null ? 0 : event.data().length();
    return event;
  }
}
