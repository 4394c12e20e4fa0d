package ci.assay.web.api;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.failure.Failure;
import ci.assay.message.Order;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of the API. Every method throws {@link CannotRunException} when no server answers, and
 * {@link InvalidInputException} with the server's message when it refuses the request.
 */
public final class ApiClient {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int DONE = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int UNKNOWN = 404;
  private static final int NOT_DONE = 409;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final URI server;
  private final @Nullable String token;

  /**
   * @param server its address: {@code http://HOST:PORT}
   * @param token null for none
   */
  public ApiClient(URI server, @Nullable String token) {
    this.server = server;
    this.token = token;
  }

  /** The workers that are connected. */
  public List<ApiModels.Worker> workers() throws InterruptedException {
    return json("/workers", ApiModels.Workers.class).items();
  }

  /** The jobs without a result. */
  public ApiModels.Queue queue() throws InterruptedException {
    return json("/queue", ApiModels.Queue.class);
  }

  /** All repositories, and where their branches point. */
  public List<ApiModels.Repository> repositories() throws InterruptedException {
    return json("/repositories", ApiModels.Repositories.class).items();
  }

  /**
   * The latest commits, the newest first.
   *
   * @param repository null for all
   */
  public List<ApiModels.Commit> commits(@Nullable String repository, int limit)
      throws InterruptedException {
    String which = repository == null ? "" : "/repositories/" + encoded(repository);
    return json(which + "/commits?limit=" + limit, ApiModels.Commits.class).items();
  }

  /**
   * Everything that is known of a commit.
   *
   * @param beginning the beginning of its id
   */
  public ApiModels.WholeCommit commit(String repository, String beginning)
      throws InterruptedException {
    return json(commitPath(repository, beginning), ApiModels.WholeCommit.class);
  }

  /** As {@link #commit}; empty while the server does not know it. */
  public Optional<ApiModels.WholeCommit> find(String repository, String beginning)
      throws InterruptedException {
    return found(commitPath(repository, beginning), ApiModels.WholeCommit.class);
  }

  /** An answer in JSON; empty if the server knows nothing there. */
  private <T> Optional<T> found(String path, Class<T> type) throws InterruptedException {
    try {
      HttpResponse<InputStream> answer = send(request(path, "application/json"));
      if (answer.statusCode() == UNKNOWN) {
        answer.body().close();
        return Optional.empty();
      }
      try (InputStream in = checked(answer, Set.of(DONE))) {
        return Optional.of(Codec.fromJson(in.readAllBytes(), type));
      }
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /**
   * Orders that a commit is run again or cancelled.
   *
   * @param variant null for all
   */
  public ApiModels.Receipt give(
      Order.Kind kind, String repository, CommitId commit, @Nullable String variant)
      throws InterruptedException {
    String path =
        commitPath(repository, commit.value())
            + "/"
            + kind.name().toLowerCase(Locale.ROOT)
            + (variant == null ? "" : "?variant=" + encoded(variant));
    try (InputStream in =
        checked(
            send(request(path, "application/json").POST(HttpRequest.BodyPublishers.noBody())),
            Set.of(DONE, NOT_DONE))) {
      return Codec.fromJson(in.readAllBytes(), ApiModels.Receipt.class);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /**
   * Why a commit failed.
   *
   * @param beginning the beginning of its id
   */
  public Failure failure(String repository, String beginning) throws InterruptedException {
    return json(commitPath(repository, beginning) + "/failure", Failure.class);
  }

  /** The address of the page about a job. */
  public String page(Result result) {
    return "%s/r/%s/%s/%s"
        .formatted(
            base(), result.id().repository(), result.id().commit(), encoded(result.id().variant()));
  }

  /** The test cases of a job's run. */
  public List<TestCase> tests(JobId job) throws InterruptedException {
    return json(path(job, "/tests"), Tests.class).items();
  }

  private record Tests(List<TestCase> items) {}

  /** Writes the log of a job's run, unchanged. */
  public void log(JobId job, OutputStream out) throws InterruptedException {
    try (InputStream in = open(path(job, "/log"), "text/plain")) {
      in.transferTo(out);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** The artifacts that are stored of a job; empty for none. */
  public Optional<StoredArtifacts> artifacts(JobId job) throws InterruptedException {
    return found(path(job, "/artifacts"), StoredArtifacts.class);
  }

  /** The content of an artifact; the caller closes it. */
  public InputStream artifact(JobId job, String path) throws InterruptedException {
    try {
      return open(path(job, "/artifacts/" + encoded(path).replace("%2F", "/")), "*/*");
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /**
   * Passes on the lines of a job's run as they arrive, until it ends. Waits for the run to begin.
   */
  public void follow(JobId job, Consumer<String> lines) throws InterruptedException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                open(path(job, "/tail"), "text/event-stream"), StandardCharsets.UTF_8))) {
      String event = "";
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ") && event.equals("lines")) {
          lines.accept(line.substring("data: ".length()));
        }
        if (event.equals("end")) {
          return;
        }
      }
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private static String path(JobId job, String what) {
    return commitPath(job.repository(), job.commit().value())
        + "/"
        + encoded(job.variant())
        + what
        + (job.rerun() == 1 ? "" : "?rerun=" + job.rerun());
  }

  private static String commitPath(String repository, String commit) {
    return "/repositories/" + encoded(repository) + "/commits/" + encoded(commit);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String base() {
    return server.toString().replaceAll("/+$", "");
  }

  private <T> T json(String path, Class<T> type) throws InterruptedException {
    try (InputStream in = open(path, "application/json")) {
      return Codec.fromJson(in.readAllBytes(), type);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private InputStream open(String path, String accepted) throws IOException, InterruptedException {
    return checked(send(request(path, accepted)), Set.of(DONE));
  }

  private HttpRequest.Builder request(String path, String accepted) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base() + Endpoint.ROOT + path))
            .timeout(LIMIT)
            .header("Accept", accepted);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private InputStream checked(HttpResponse<InputStream> answer, Set<Integer> good)
      throws IOException {
    if (good.contains(answer.statusCode())) {
      return answer.body();
    }
    try (InputStream body = answer.body()) {
      String problem = server + " says: " + problem(answer.statusCode(), body.readAllBytes());
      throw new InvalidInputException(
          answer.statusCode() == UNAUTHORIZED ? problem + " " + aboutTokens() : problem);
    }
  }

  private String aboutTokens() {
    return token == null
        ? "Give one with --token-file FILE; 'assay token add NAME' on the coordinator's machine makes it."
        : "It does not know the one that was given.";
  }

  private static String problem(int status, byte[] body) {
    try {
      return Codec.fromJson(body, ApiModels.Problem.class).message();
    } catch (InvalidInputException e) {
      return "status " + status + "; is that a server of Assay?";
    }
  }

  private static String reason(IOException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException) {
        return "the host is unknown";
      }
    }
    return "it refuses connections";
  }

  private CannotRunException noAnswer(IOException e) {
    String why = e instanceof ConnectException ? reason(e) : String.valueOf(e.getMessage());
    return new CannotRunException(
        "no answer from %s: %s; is a coordinator there with --http, and for other machines with --http 0.0.0.0:PORT?"
            .formatted(server, why),
        e);
  }
}
