package ci.assay.web.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.web.access.Visitor.Role;
import ci.assay.web.access.WebRig.Listener;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A stream ends when its client is no longer allowed to read. */
@Timeout(60)
@Execution(value = ExecutionMode.CONCURRENT, reason = "each has a server of its own, and waits")
class OpenStreamsTest {

  private static final Job JOB = StoredFiles.job("bottle", 1, "refs/heads/main", null);
  private static final String TAIL =
      "/r/%s/%s/default/tail".formatted(JOB.id().repository(), JOB.id().commit());

  @TempDir Path folder;
  private WebRig web;

  @BeforeEach
  void open() {
    web = new WebRig(folder, true);
  }

  @AfterEach
  void close() {
    web.close();
  }

  @Test
  void streamsEndSoonAfterTheirTokenWasRemoved() throws Exception {
    String token = "Bearer " + web.token("ann", Role.READ);
    String other = "Bearer " + web.token("bob", Role.READ);
    try (Listener events = web.listen("/events", "listening", "Authorization", token);
        Listener tail = web.listen(TAIL, "watching", "Authorization", token);
        Listener others = web.listen("/events", "listening", "Authorization", other)) {
      web.remove("ann");
      await().atMost(Duration.ofSeconds(30)).until(() -> events.isOver() && tail.isOver());
      assertThat(web.watchers).isEmpty();
      assertThat(others.isOver()).isFalse();
    }
  }

  @Test
  void streamsEndSoonAfterTheirTokenWasMadeAnewWithAnotherRole() throws Exception {
    String token = "Bearer " + web.token("ann", Role.ADMIN);
    try (Listener events = web.listen("/events", "listening", "Authorization", token)) {
      web.remove("ann");
      web.token("ann", Role.READ);
      await().atMost(Duration.ofSeconds(30)).until(events::isOver);
    }
  }

  @Test
  void streamsEndSoonAfterTheirSession() throws Exception {
    String cookie = web.logIn(web.token("ann", Role.READ));
    try (Listener events = web.listen("/events", "listening", "Cookie", cookie)) {
      String page = web.get("/", "Cookie", cookie).body();
      String form = page.replaceFirst("(?s).*name=\"form\" value=\"([^\"]+)\".*", "$1");
      assertThat(web.post("/logout", "form=" + form, "Cookie", cookie).statusCode()).isEqualTo(303);
      await().atMost(Duration.ofSeconds(30)).until(events::isOver);
    }
  }

  @Test
  void nobodyMayReadWhenItCannotBeToldWhoMay() throws Exception {
    String token = "Bearer " + web.token("ann", Role.READ);
    try (Listener events = web.listen("/events", "listening", "Authorization", token)) {
      java.nio.file.Files.writeString(folder.resolve("tokens"), "nonsense\n");
      await().atMost(Duration.ofSeconds(30)).until(events::isOver);
    }
  }
}
