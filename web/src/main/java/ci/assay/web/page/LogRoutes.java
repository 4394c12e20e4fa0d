package ci.assay.web.page;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.JobId;
import ci.assay.web.log.LogText;
import ci.assay.web.log.LogTextCache;
import ci.assay.web.view.PageModels.LogLine;
import ci.assay.wire.Codec;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the logs of runs, finished or under way. Thread-safe. */
public final class LogRoutes {

  private static final Logger log = LoggerFactory.getLogger(LogRoutes.class);
  private static final int MOST_FOUND = 1000;

  private final LogTextCache logs;
  private final ResultReader files;
  private final Installation installation;
  private final Templates templates;
  private final Events events;

  /** The open tails, each with whether its job had a result at the last look. */
  private final Map<LiveTail, Boolean> tails = new ConcurrentHashMap<>();

  public LogRoutes(PageSources sources, Templates templates, Events events) {
    this.logs = sources.logs();
    this.files = sources.files();
    this.installation = sources.installation();
    this.templates = templates;
    this.events = events;
  }

  /**
   * Pings all tails, so that closed connections are noticed. A tail whose job already had its
   * result at the last ping is ended, so that no client waits for output that will not come.
   */
  public void ping() {
    tails.forEach(
        (tail, wasJudged) -> {
          boolean isJudged = files.result(tail.job()).isPresent();
          if (isJudged && wasJudged) {
            tail.end();
          } else {
            tail.ping();
          }
          tails.replace(tail, isJudged);
        });
  }

  public void lines(Context context) throws IOException {
    LogText text = logs.of(files.log(JobPaths.id(context)));
    long first = Parameters.number(Parameters.given(context, "first"), 1);
    List<LogLine> lines = CommitPages.shown(text, first);
    context
        .header("X-Lines", Long.toString(text.lines()))
        .contentType("text/html; charset=utf-8")
        .result(templates.bytes("lines", lines));
  }

  public void find(Context context) throws IOException {
    LogText text = logs.of(files.log(JobPaths.id(context)));
    String wanted = context.queryParamAsClass("text", String.class).get();
    context.contentType("application/json").result(Codec.json(text.find(wanted, MOST_FOUND)));
  }

  /** Streams the output of a run while it runs. */
  public void tail(SseClient client, boolean isHtml) {
    client.keepAlive();
    JobId job = JobPaths.id(client.ctx());
    LiveTail tail = new LiveTail(job, client, isHtml, events.senders());
    AutoCloseable watch = installation.watch(job, tail);
    tails.put(tail, false);
    client.onClose(
        () -> {
          tails.remove(tail);
          close(watch);
        });
    client.sendComment("watching");
  }

  private static void close(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception e) {
      log.warn("a live log could not be closed", e);
    }
  }

  public void raw(Context context) throws IOException {
    InputStream in = Files.newInputStream(files.log(JobPaths.id(context)));
    context.contentType("text/plain; charset=utf-8").result(in);
  }
}
