package ci.assay.systemtest.browser;

import static org.awaitility.Awaitility.await;

import ci.assay.model.CommitId;
import ci.assay.systemtest.AssayProcess;
import ci.assay.testing.Ports;
import ci.assay.testing.TestRepository;
import ci.assay.web.access.Tokens;
import ci.assay.web.access.Visitor.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code assay up}, a process of its own, over some repositories, and the pages that it serves. */
final class UpWithPages implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path results;
  private final String address;
  private final AssayProcess process;

  private UpWithPages(Path results, String address, AssayProcess process) {
    this.results = results;
    this.address = address;
    this.process = process;
  }

  static UpWithPages over(Path folder, TestRepository... repositories) {
    return over(folder, List.of(), repositories);
  }

  /**
   * @param more options of {@code assay up}
   */
  static UpWithPages over(Path folder, List<String> more, TestRepository... repositories) {
    Path data = folder.resolve("data");
    String where = "127.0.0.1:" + Ports.free();
    List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
    arguments.addAll(List.of("--workers", "2", "--interval", "300ms", "--backlog", "100"));
    arguments.addAll(List.of("--http", where));
    arguments.addAll(more);
    for (TestRepository repository : repositories) {
      arguments.add(repository.path().toString());
    }
    AssayProcess process = AssayProcess.start(folder, arguments.toArray(String[]::new));
    process.awaitOutput("pages at");
    return new UpWithPages(data.resolve("results"), "http://" + where, process);
  }

  /** The full address of a path. */
  String at(String path) {
    return address + path;
  }

  /** The path of a commit's page. */
  static String commit(String repository, CommitId commit) {
    return "/r/" + repository + "/" + commit;
  }

  /** The path of the page of a commit's only job. */
  static String job(String repository, CommitId commit) {
    return commit(repository, commit) + "/default";
  }

  /** The path of the page of a test that has run. */
  String test(String repository, String name) {
    Matcher link =
        Pattern.compile("href=\"([^\"]*/tests/\\d+)\">" + Pattern.quote(name) + "<")
            .matcher(get("/r/" + repository + "/tests?which=all"));
    if (!link.find()) {
      throw new IllegalStateException("no test '" + name + "' of " + repository);
    }
    return link.group(1);
  }

  /** The file of the log of a commit's only job. */
  Path log(String repository, CommitId commit) {
    return results
        .resolve(repository)
        .resolve(commit.value())
        .resolve("default")
        .resolve("log.txt");
  }

  /** Creates a token that may rerun and cancel commits. */
  String token(String name) {
    return new Tokens(results.resolve(".tokens")).add(name, Role.ACT, Instant.now());
  }

  /** Waits until the pages know the verdicts of all these commits. */
  void awaitJudged(String repository, Collection<CommitId> commits) {
    for (CommitId commit : commits) {
      await(repository + " " + commit)
          .atMost(LIMIT)
          .until(() -> get(commit(repository, commit)).contains("<dt>Finished</dt>"));
    }
  }

  void awaitJudged(String repository, CommitId commit) {
    awaitJudged(repository, List.of(commit));
  }

  /** Waits until a page has a text. */
  void awaitText(String path, String text) {
    await(path).atMost(LIMIT).until(() -> get(path).contains(text));
  }

  String get(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(at(path))).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
