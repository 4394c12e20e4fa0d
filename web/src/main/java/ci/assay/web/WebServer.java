package ci.assay.web;

import ci.assay.common.CannotRunException;
import ci.assay.common.FailureText;
import ci.assay.coordinator.store.ResultReader;
import ci.assay.index.Index;
import ci.assay.index.Indexer;
import ci.assay.message.Presence;
import ci.assay.pipeline.PipelineSchema;
import ci.assay.thread.Threads;
import ci.assay.web.access.Access;
import ci.assay.web.access.HostNames;
import ci.assay.web.access.OpenStreams;
import ci.assay.web.access.SameOrigin;
import ci.assay.web.access.SecurityHeaders;
import ci.assay.web.access.Tokens;
import ci.assay.web.access.Visitor.Role;
import ci.assay.web.api.Api;
import ci.assay.web.api.Endpoint;
import ci.assay.web.api.OpenApi;
import ci.assay.web.hook.HookSecrets;
import ci.assay.web.hook.Hooks;
import ci.assay.web.limit.GuardedServer;
import ci.assay.web.limit.WebLimits;
import ci.assay.web.log.LogTextCache;
import ci.assay.web.page.ArtifactRoutes;
import ci.assay.web.page.Comparisons;
import ci.assay.web.page.Events;
import ci.assay.web.page.Installation;
import ci.assay.web.page.LogRoutes;
import ci.assay.web.page.PageSources;
import ci.assay.web.page.Pages;
import ci.assay.web.page.Templates;
import ci.assay.web.view.Assets;
import ci.assay.web.view.Links;
import ci.assay.web.view.PageModels;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.sse.SseClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the pages and the API. It reads the index and the result files and never writes one, so
 * nothing that is stored waits for a page.
 */
public final class WebServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebServer.class);
  private static final long MOST_SENT = 64 * 1024;

  /** For so long a stream may go on after its token was removed. */
  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(2);

  private static final Set<String> OPEN = Set.of("/login");

  private final WebSettings settings;
  private final WebLimits limits;
  private final Indexer indexer;
  private final Installation installation;
  private final Templates templates = new Templates();
  private final Events events;
  private final OpenStreams streams = new OpenStreams();
  private final Access access;
  private final Pages pages;
  private final Api api;
  private final LogRoutes logs;
  private final ArtifactRoutes artifacts;
  private final Hooks hooks;
  private final ErrorAnswers errors;
  private final FormRoutes forms;
  private final Javalin server;
  private final ScheduledExecutorService timer = Threads.timer("web timer");
  private String lastRuns = "";

  /**
   * @param index not closed by this object
   * @param indexer not closed by this object
   */
  public WebServer(
      WebSettings settings, Index index, Indexer indexer, Installation installation, Clock clock) {
    this(settings, WebLimits.pages(), index, indexer, installation, clock);
  }

  /** As the other one, with other limits. */
  public WebServer(
      WebSettings settings,
      WebLimits limits,
      Index index,
      Indexer indexer,
      Installation installation,
      Clock clock) {
    this.settings = settings;
    this.limits = limits;
    this.events = new Events(limits.streaming().all());
    this.indexer = indexer;
    this.installation = installation;
    Path file = settings.tokens();
    this.access =
        new Access(file == null ? null : new Tokens(file), settings.readNeedsToken(), clock);
    PageSources sources =
        new PageSources(
            new PageSources.Stored(
                index.commits(),
                index.tests(),
                index.trends(),
                new ResultReader(settings.results()),
                new LogTextCache(),
                Comparisons.forThisProcess()),
            installation,
            access,
            settings.elsewhere(),
            clock);
    this.pages = Pages.of(sources);
    this.api = new Api(sources, index.feed());
    this.logs = new LogRoutes(sources, templates, events);
    this.artifacts = new ArtifactRoutes(sources.files());
    Path secrets = settings.admission().hookSecrets();
    this.hooks = new Hooks(secrets == null ? null : new HookSecrets(secrets), installation, clock);
    this.errors = new ErrorAnswers(templates, pages.plain());
    this.forms = new FormRoutes(access, installation, templates, pages.plain());
    this.server = Javalin.create(this::configure);
  }

  /**
   * Listens.
   *
   * @throws CannotRunException when the address can't be had
   */
  public void start() {
    try {
      server.start();
    } catch (RuntimeException e) {
      throw new CannotRunException(
          "cannot listen on %s:%d: %s; give another --http HOST:PORT"
              .formatted(settings.host(), settings.port(), FailureText.of(e)),
          e);
    }
    indexer.whenChanged(events::changed);
    every(Duration.ofSeconds(1), this::watchWorkers);
    // a connection that a browser left is noticed when something is written to it
    every(BETWEEN_CHECKS, streams::check);
    every(limits.idle(), events::ping);
    every(limits.idle(), logs::ping);
    log.info("pages at {}", address());
  }

  /** Where the pages are: {@code http://HOST:PORT/}. */
  public String address() {
    return "http://%s:%d/".formatted(settings.host(), server.port());
  }

  @Override
  public void close() {
    timer.shutdownNow();
    events.close();
    server.stop();
  }

  private void every(Duration interval, Runnable task) {
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            task, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.jetty.threadPool = GuardedServer.threads(limits, "web");
    config.jetty.modifyServer(this::guard);
    config.http.generateEtags = true;
    config.http.maxRequestSize = Hooks.MOST_SENT;
    if (!access.isPrivate()) {
      config.routes.before(hostNames()::require);
    }
    config.routes.before(events::note);
    config.routes.before(context -> SecurityHeaders.set(context, access.isForOne(context)));
    config.routes.before(SameOrigin::require);
    config.routes.before(this::requireReading);
    config.routes.post(Hooks.ROOT + "{repository}", hooks::receive);
    config.routes.get("/metrics", this::metrics);
    forms.register(config.routes);
    config.routes.get("/r/{repository}/trends", page("trends", pages.trends()::trends));
    config.routes.get("/r/{repository}/tests", page("tests", pages.tests()::tests));
    config.routes.get("/r/{repository}/tests/{test}", page("test", pages.tests()::test));
    config.routes.get("/", page("overview", pages.overviews()::overview));
    config.routes.get("/workers", page("workers", pages.overviews()::workers));
    config.routes.get("/queue", page("queue", pages.overviews()::queue));
    config.routes.get("/notifications", this::notifications);
    config.routes.get("/docs", page("docs", pages.plain()::docs));
    config.routes.get("/docs/{name}", page("doc", pages.plain()::doc));
    config.routes.get("/r/{repository}", page("commits", pages.commits()::commits));
    config.routes.get("/r/{repository}/{commit}", whole(this::commit));
    config.routes.get(
        "/r/{repository}/{commit}/{variant}", whole(page("job", pages.commits()::job)));
    config.routes.get("/r/{repository}/{commit}/{variant}/lines", logs::lines);
    config.routes.get("/r/{repository}/{commit}/{variant}/find", logs::find);
    config.routes.get("/r/{repository}/{commit}/{variant}/log.txt", logs::raw);
    config.routes.get("/r/{repository}/{commit}/{variant}/artifacts/<path>", artifacts::send);
    config.routes.sse("/events", stream(events::add));
    config.routes.sse(
        "/r/{repository}/{commit}/{variant}/tail", stream(client -> logs.tail(client, true)));
    config.routes.sse(
        Endpoint.ROOT + "/repositories/{repository}/commits/{commit}/{variant}/tail",
        stream(client -> logs.tail(client, false)));
    config.routes.get("/cc.xml", pages.others().feed()::answer);
    config.routes.get("/feed/{repository}", pages.others().verdicts()::answer);
    config.routes.get("/badge/{repository}.svg", this::badge);
    for (Endpoint endpoint : api.endpoints()) {
      config.routes.addHttpHandler(
          endpoint.method().equals("get") ? HandlerType.GET : HandlerType.POST,
          Endpoint.ROOT + endpoint.path(),
          endpoint.action()::answer);
    }
    config.routes.get(
        Endpoint.ROOT + "/openapi.json",
        context -> Api.answer(context, OpenApi.of(api.endpoints())));
    config.routes.get("/assets/{name}", Assets::serve);
    config.routes.get(
        "/schema/pipeline.json",
        context -> context.contentType("application/schema+json").result(PipelineSchema.json()));
    errors.register(config.routes);
  }

  /** Who may not read sees where to log in. */
  private void requireReading(Context context) {
    String path = context.path();
    boolean isOpen =
        OPEN.contains(path)
            || path.startsWith("/assets/")
            || path.startsWith("/schema/")
            || path.startsWith(Hooks.ROOT);
    if (!isOpen && !access.visitor(context).role().includes(Role.READ)) {
      access.require(context, Role.READ);
    }
  }

  private HostNames hostNames() {
    Set<String> names = HostNames.ofThisMachine();
    names.add(settings.host());
    names.addAll(settings.hostNames());
    return new HostNames(names, settings.proxies()::includes);
  }

  /** However its address was written: without a place among the streams none is kept open. */
  private Consumer<SseClient> stream(Consumer<SseClient> handler) {
    return client -> {
      if (client.ctx().attribute(GuardedServer.STREAM) == null) {
        client.close();
      } else {
        handler.accept(client);
        streams.add(client, access.remains(client.ctx()));
      }
    };
  }

  private void guard(Server server) {
    server.addConnector(
        GuardedServer.guard(
            server,
            InetSocketAddress.createUnresolved(settings.host(), settings.port()),
            limits,
            settings.proxies(),
            MOST_SENT,
            () -> installation.isReady() ? Optional.empty() : Optional.of("not connected")));
  }

  private void metrics(Context context) {
    context
        .contentType("text/plain; version=0.0.4; charset=utf-8")
        .result(installation.metrics() + hooks.metrics());
  }

  /** Answers of receivers are for those who run this, not for everybody who may read. */
  private void notifications(Context context) {
    access.require(context, Role.ACT);
    templates.page(context, "notifications", pages.plain().notifications(context));
  }

  /** Where there is one variant, its job's page says all of the commit. */
  private void commit(Context context) throws IOException {
    Object model = pages.commits().commit(context);
    templates.page(context, model instanceof PageModels.Job ? "job" : "commit", model);
  }

  private interface Model {
    Object of(Context context) throws Exception;
  }

  private Handler page(String template, Model model) {
    return context -> templates.page(context, template, model.of(context));
  }

  /** People type the beginning of a commit's id; the page stands under the whole one. */
  private Handler whole(Handler handler) {
    return context -> {
      String whole = pages.lookup().wholeCommit(context);
      if (whole == null) {
        handler.handle(context);
      } else {
        String variant = context.pathParamMap().get("variant");
        String page = Links.commit(context.pathParam("repository"), whole);
        context.redirect(variant == null ? page : page + "/" + variant);
      }
    };
  }

  /** For a README: how a branch stands. */
  private void badge(Context context) {
    context
        .contentType("image/svg+xml; charset=utf-8")
        .header("Cross-Origin-Resource-Policy", "cross-origin")
        .result(templates.bytes("badge", pages.trends().badge(context)));
  }

  private void watchWorkers() {
    String runs =
        Stream.concat(
                installation.workers().stream()
                    .map(worker -> worker.instance() + runs(worker) + worker.takesNothing()),
                installation.lostWorkers().stream().map(worker -> "lost " + worker.instance()))
            .sorted()
            .collect(Collectors.joining(" "));
    if (!runs.equals(lastRuns)) {
      lastRuns = runs;
      events.workersChanged();
    }
  }

  private static String runs(Presence worker) {
    return worker.running().stream().map(Presence.Underway::run).toList().toString();
  }
}
