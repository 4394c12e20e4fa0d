package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.testing.LogCapture;
import ci.assay.testing.Ports;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay observer}, whose list of repositories changes while it runs. */
@Tag("broker")
class WatchedAgainTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final String address = "127.0.0.1:" + Ports.free();

  @Test
  void aChangedFileIsTakenUpAndAFileWithMistakesIsNot() throws Exception {
    try (TestRepository one = TestRepository.in(folder.resolve("one.git"));
        TestRepository two = TestRepository.in(folder.resolve("two.git"));
        EmbeddedBroker broker = EmbeddedBroker.inMemory();
        LogCapture log = new LogCapture()) {
      one.commits(1);
      two.commits(1);
      write("repositories:\n  - url: one.git\n");
      Sandbox sandbox = new Sandbox(folder);
      Thread observer =
          new Thread(
              () ->
                  sandbox.run(
                      "observer",
                      "--state",
                      "state",
                      "--http",
                      address,
                      "--broker",
                      "amqp://%s:%s@%s:%d"
                          .formatted(
                              broker.address().user(),
                              broker.address().password(),
                              broker.address().host(),
                              broker.address().port())));
      observer.start();
      awaitPolls("one");

      write("repositories:\n  - url: one.git\n    intervall: 1s\n  - url: nowhere\n");
      await()
          .atMost(LIMIT)
          .until(() -> !log.linesWith("is refused, and the repositories stay").isEmpty());
      assertThat(log.linesWith("line 3: key 'intervall' is unknown; did you mean 'interval'?"))
          .hasSize(1);

      write("repositories:\n  - url: two.git\n");
      awaitPolls("two");
      await().atMost(LIMIT).until(() -> metrics().contains("\nassay_repositories 1.0\n"));

      sandbox.stop.ask();
      observer.join(LIMIT.toMillis());
      assertThat(observer.isAlive()).isFalse();
    }
  }

  private void write(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next.yaml"), text);
    Files.move(
        next,
        folder.resolve("assay.yaml"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitPolls(String repository) {
    String counter = "assay_polls_total{repository=\"" + repository + "\",result=\"read\"}";
    await().atMost(LIMIT).until(() -> metrics().contains(counter));
  }

  private String metrics() throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return ""; // it is starting
    }
  }
}
