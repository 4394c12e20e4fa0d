package ci.assay.notify.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.InvalidInputException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final Http http = new Http(Duration.ofSeconds(2), clock);

  @TempDir Path folder;
  private OddServer server;

  @BeforeEach
  void open() throws Exception {
    server = new OddServer();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private DeliveryResult call() throws InterruptedException {
    return http.call(
            HttpRequest.newBuilder(WebTarget.parse(server.address() + "/x").uri())
                .header("Authorization", "Bearer secret"))
        .result();
  }

  @ParameterizedTest
  @CsvSource({
    "200, Delivered", "201, Delivered", "204, Delivered", "301, Stopped", "307, Stopped",
        "400, Refused",
    "401, Stopped", "403, Stopped", "404, Stopped", "408, RetryLater", "410, Stopped",
        "413, Refused",
    "422, Refused", "429, RetryLater", "500, RetryLater", "502, RetryLater", "503, RetryLater"
  })
  void eachStatusHasAResult(int status, String result) throws Exception {
    server.answers(status, status == 204 ? "" : "it said so", "Location: /elsewhere");
    assertThat(call().getClass().getSimpleName()).isEqualTo(result);
  }

  @Test
  void aRedirectIsNotFollowedSoThatNoTokenGetsToAnotherHost() throws Exception {
    try (OddServer other = new OddServer()) {
      server.answers(307, "", "Location: " + other.address() + "/taken");
      assertThat(call().detail()).contains("redirect").contains(other.address() + "/taken");
      assertThat(other.asked).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, Retry-After, 120, 120",
    "503, Retry-After, 'Sat, 28 Nov 2026 10:05:00 GMT', 300",
    "429, Retry-After, 999999999, 86400",
    "403, Retry-After, 60, 60"
  })
  void thePauseThatAServerAsksForIsKept(int status, String header, String value, long seconds)
      throws Exception {
    server.answers(status, "slow down", header + ": " + value);
    assertThat(call())
        .isInstanceOfSatisfying(
            DeliveryResult.RetryLater.class,
            later -> assertThat(later.pause()).isEqualTo(Duration.ofSeconds(seconds)));
  }

  @Test
  void aReachedRateLimitIsNotAMissingPermission() throws Exception {
    server.answers(
        403,
        "API rate limit exceeded",
        "x-ratelimit-remaining: 0",
        "x-ratelimit-reset: " + NOW.plusSeconds(90).getEpochSecond());
    assertThat(call())
        .isInstanceOfSatisfying(
            DeliveryResult.RetryLater.class,
            later -> assertThat(later.pause()).isEqualTo(Duration.ofSeconds(90)));
  }

  @Test
  void aServerThatStallsIsLeftAfterTheTimeout() throws Exception {
    server.stalls();
    assertThat(call()).isInstanceOf(DeliveryResult.RetryLater.class);
    server.breaksOff();
    assertThat(call()).isInstanceOf(DeliveryResult.RetryLater.class);
    server.close();
    assertThat(call()).isInstanceOf(DeliveryResult.RetryLater.class);
  }

  @Test
  void ofALongAnswerALittleIsSaid() throws Exception {
    server.answers(400, "y".repeat(1_000_000) + "\n");
    assertThat(call().detail()).hasSizeLessThan(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.org/x",
        "ftp://127.0.0.1/",
        "https://user:password@example.org/",
        "http://127.0.0.1.example.org/",
        "http://10.0.0.1/",
        "example.org",
        "https:///x",
        "https://exa mple.org/"
      })
  void aTokenGoesOnlyOverHttpsOrNowhere(String address) {
    assertThatThrownBy(() -> WebTarget.parse(address)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aSecretThatOthersMayReadIsNotUsed() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "secret\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> new SecretFile(file).one()).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(new SecretFile(file).one()).isEqualTo("secret");
  }
}
