package ci.assay.web.access;

import static org.awaitility.Awaitility.await;

import ci.assay.coordinator.live.LiveListener;
import ci.assay.index.BranchLine;
import ci.assay.index.Index;
import ci.assay.index.Indexer;
import ci.assay.index.StoredFiles;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.Presence;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.report.TestCase;
import ci.assay.notify.outbox.Outbox;
import ci.assay.web.WebServer;
import ci.assay.web.WebSettings;
import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.limit.TrustedProxies.Network;
import ci.assay.web.limit.WebLimits;
import ci.assay.web.page.Installation;
import ci.assay.web.page.PageSources;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A web server over files that the test writes, with workers that the test invents. */
public final class WebRig implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final StoredFiles files;
  private final Tokens tokens;
  private final Index index;
  private final Indexer indexer;
  private final WebServer server;
  public final List<Presence> workers = new CopyOnWriteArrayList<>();
  public final List<Presence> lost = new CopyOnWriteArrayList<>();
  public final Map<JobId, LiveListener> watchers = new ConcurrentHashMap<>();
  final List<Order> orders = new CopyOnWriteArrayList<>();
  public final List<String> polls = new CopyOnWriteArrayList<>();
  volatile @Nullable Outbox outbox;

  public WebRig(Path folder) {
    this(folder, false);
  }

  WebRig(Path folder, boolean isPrivate) {
    this(folder, isPrivate, WebLimits.pages());
  }

  /** A server with these limits; 127.0.0.9 is a trusted proxy. */
  public WebRig(Path folder, boolean isPrivate, WebLimits limits) {
    tokens = new Tokens(folder.resolve("tokens"));
    files = new StoredFiles(folder.resolve("results"));
    index = Index.open(folder.resolve("assay.db"));
    indexer = new Indexer(index, files.reader(), () -> true, Clock.systemUTC());
    WebSettings settings =
        new WebSettings(
            "127.0.0.1",
            0,
            files.root(),
            folder.resolve("assay.db"),
            new WebSettings.Admission(
                folder.resolve("tokens"),
                isPrivate,
                new TrustedProxies(List.of(Network.parse("127.0.0.9"))),
                List.of("ci.example.org", "*.box.example.org"),
                folder.resolve("hook-secrets")),
            PageSources.Elsewhere.NONE);
    server = new WebServer(settings, limits, index, indexer, new MadeUp(), Clock.systemUTC());
    server.start();
    indexer.start();
  }

  private final class MadeUp implements Installation {
    @Override
    public List<Presence> workers() {
      return workers;
    }

    @Override
    public List<Presence> lostWorkers() {
      return lost;
    }

    @Override
    public String metrics() {
      return "a_number 1\n";
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public AutoCloseable watch(JobId job, LiveListener listener) {
      watchers.put(job, listener);
      return () -> watchers.remove(job, listener);
    }

    @Override
    public @Nullable Outbox outbox() {
      return outbox;
    }

    @Override
    public void poll(String repository, String by) {
      polls.add(repository + " by " + by);
    }

    @Override
    public OrderReply give(Order order) {
      orders.add(order);
      return new OrderReply(true, List.of("done"));
    }
  }

  /** Stores a result and waits until the index has it. */
  public void judge(Job job, Outcome outcome, String summary, String log) {
    awaitIndexed(files.judge(job, outcome, summary, log));
  }

  /** Stores a job that has no result, and waits until the index has it. */
  public void owe(Job job) {
    files.owe(job);
    indexer.jobStored(job);
    await()
        .until(
            () -> !index.commits().jobs(job.repository().name(), job.commit().value()).isEmpty());
  }

  /** Stores a result with test cases and waits until the index has it. */
  public void judge(Job job, Outcome outcome, List<TestCase> cases) {
    awaitIndexed(files.judge(job, outcome, cases));
  }

  /** Stores a result with artifacts and waits until the index has it. */
  public void judge(Job job, Map<String, String> artifacts) {
    awaitIndexed(files.judge(job, artifacts));
  }

  /** Stores where the refs of a repository point, and waits until the index has it. */
  public void tips(long sequence, String repository, Map<String, CommitId> refs) {
    indexer.tipsStored(files.tips(repository, sequence, refs, 0));
    await()
        .until(
            () ->
                index.commits().branches(repository, 1_000).stream()
                    .collect(
                        Collectors.toMap(BranchLine::ref, branch -> String.valueOf(branch.tip())))
                    .equals(
                        refs.entrySet().stream()
                            .collect(
                                Collectors.toMap(
                                    Map.Entry::getKey, each -> each.getValue().value()))));
  }

  private void awaitIndexed(Result result) {
    indexer.resultStored(result);
    await()
        .until(
            () ->
                index
                    .commits()
                    .commit(result.id().repository(), result.id().commit().value())
                    .filter(line -> line.outcome() == result.outcome())
                    .isPresent());
  }

  /** Headers are given as names and values in turn. */
  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends a form, with headers as names and values in turn. */
  HttpResponse<String> post(String path, String form, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A new token. */
  String token(String name, Visitor.Role role) {
    return tokens.add(name, role, StoredFiles.START);
  }

  /** Removes a token. */
  void remove(String name) {
    tokens.remove(name);
  }

  /** The session's cookie after the login with a token. */
  String logIn(String token) throws IOException, InterruptedException {
    String cookie =
        post("/login", "token=" + token).headers().firstValue("Set-Cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  public URI uri(String path) {
    return URI.create(server.address() + path.substring(1));
  }

  /** Listens to the events; it is connected when this returns. */
  public Listener listen() throws IOException {
    return listen("/events", "listening");
  }

  /** Listens to an address until it has sent a first word; headers are names and values in turn. */
  public Listener listen(String path, String first, String... headers) throws IOException {
    URLConnection connection = uri(path).toURL().openConnection();
    connection.setRequestProperty("Accept", "text/event-stream");
    for (int i = 0; i < headers.length; i += 2) {
      connection.setRequestProperty(headers[i], headers[i + 1]);
    }
    InputStream in = connection.getInputStream();
    Listener listener = new Listener(in);
    await().until(() -> listener.received().contains(first));
    return listener;
  }

  @Override
  public void close() {
    server.close();
    indexer.close();
    index.close();
  }

  /** Collects what a stream has sent so far. */
  public static final class Listener implements AutoCloseable {
    private final InputStream in;
    private final List<String> received = new CopyOnWriteArrayList<>();

    private volatile boolean isOver;

    Listener(InputStream in) {
      this.in = in;
      Thread reader = new Thread(this::read, "listener");
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      byte[] buffer = new byte[4096];
      try {
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          received.add(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        isOver = true;
      } catch (IOException e) {
        received.add("[closed]");
        isOver = true;
      }
    }

    public String received() {
      return String.join("", received);
    }

    /** Whether the server has ended it. */
    boolean isOver() {
      return isOver;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
