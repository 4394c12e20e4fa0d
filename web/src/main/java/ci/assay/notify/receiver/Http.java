package ci.assay.notify.receiver;

import ci.assay.common.Texts;
import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP calls that are bounded in time and in what is kept of the answer. Redirects are not
 * followed: one could take a token to another host. Safe for use by many threads.
 */
public final class Http {

  /** The timeout of a whole call; less than what a coordinator waits for when it stops. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration MAX_PAUSE = Duration.ofDays(1);
  private static final int MAX_BODY_BYTES = 16 * 1024;
  private static final int MAX_DETAIL_LENGTH = 200;

  private final Duration limit;
  private final Clock clock;
  private @Nullable HttpClient client;

  public Http(Clock clock) {
    this(LIMIT, clock);
  }

  /**
   * @param limit the timeout of a whole call
   */
  public Http(Duration limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * What a server answered.
   *
   * @param status the HTTP status; 0 if there was no answer, and {@code body} says why
   * @param body the beginning of the body
   * @param pause how long the server asks to wait; null if it does not say
   * @param isRateLimited whether the server says that its rate limit is reached
   */
  public record Reply(int status, String body, @Nullable Duration pause, boolean isRateLimited) {

    /** The answer in one short line. */
    public String detail() {
      String text = Texts.line(body, MAX_DETAIL_LENGTH);
      return status == 0 ? text : "HTTP " + status + (text.isEmpty() ? "" : ": " + text);
    }

    public boolean isGood() {
      return status >= 200 && status < 300;
    }

    /**
     * The usual meaning of the status: an error in the address or the credentials stops all
     * messages, an error in this message refuses it alone.
     */
    public DeliveryResult result() {
      if (isGood()) {
        return new DeliveryResult.Delivered("HTTP " + status);
      }
      if (status == 0 || status >= 500 || status == 408 || status == 425 || status == 429) {
        return new DeliveryResult.RetryLater(detail(), pause);
      }
      if (status == 403 && (isRateLimited || pause != null)) {
        return new DeliveryResult.RetryLater("its rate limit is reached: " + detail(), pause);
      }
      if (status >= 300 && status < 400) {
        return new DeliveryResult.Stopped(
            "answers with a redirect, which is not followed; use the address that it leads to: "
                + detail());
      }
      return switch (status) {
        case 401 ->
            new DeliveryResult.Stopped(
                "the token or secret is not accepted; replace it: " + detail());
        case 403 ->
            new DeliveryResult.Stopped(
                "the token lacks the permission for this; grant it: " + detail());
        case 404, 410 ->
            new DeliveryResult.Stopped(
                "nothing is at this address, or the token may not see it; correct one of them: "
                    + detail());
        default -> new DeliveryResult.Refused(detail());
      };
    }
  }

  /** Sends a request; does not throw when that fails: the reply has status 0 then. */
  public Reply call(HttpRequest.Builder request) throws InterruptedException {
    CompletableFuture<HttpResponse<String>> pending =
        client()
            .sendAsync(
                request.timeout(limit).setHeader("User-Agent", "assay").build(),
                unused -> new BodyPrefix(MAX_BODY_BYTES).subscriber());
    try {
      return reply(pending.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return noReply("no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException | CompletionException | CancellationException e) {
      return noReply(explain(e));
    } finally {
      pending.cancel(true);
    }
  }

  /** Created at the first use, because it starts threads. */
  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(limit)
              .build();
      client = known;
    }
    return known;
  }

  private Reply reply(HttpResponse<String> response) {
    String remaining = response.headers().firstValue("x-ratelimit-remaining").orElse("");
    boolean isRateLimited = remaining.equals("0");
    Optional<Duration> wait =
        response.headers().firstValue("retry-after").flatMap(this::retryAfter);
    if (wait.isEmpty() && isRateLimited) {
      wait = response.headers().firstValue("x-ratelimit-reset").flatMap(this::reset);
    }
    String body =
        response.statusCode() / 100 == 3
            ? response.headers().firstValue("location").orElse("")
            : response.body();
    return new Reply(response.statusCode(), body, wait.orElse(null), isRateLimited);
  }

  /** Seconds or a date (RFC 9110, 10.2.3). */
  private Optional<Duration> retryAfter(String text) {
    try {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(text.strip()))));
    } catch (NumberFormatException | ArithmeticException e) {
      try {
        Instant until =
            ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Optional.of(bounded(Duration.between(clock.instant(), until)));
      } catch (DateTimeParseException | ArithmeticException none) {
        return Optional.empty();
      }
    }
  }

  /** Seconds since 1970 (GitHub, "Rate limits for the REST API"). */
  private Optional<Duration> reset(String text) {
    try {
      Instant until = Instant.ofEpochSecond(Long.parseLong(text.strip()));
      return Optional.of(bounded(Duration.between(clock.instant(), until)));
    } catch (RuntimeException e) { // not a number, or out of range
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : wait;
  }

  private static Reply noReply(String why) {
    return new Reply(0, why, null, false);
  }

  private static String explain(Exception trouble) {
    Throwable cause = trouble.getCause() == null ? trouble : trouble.getCause();
    if (cause instanceof ConnectException && cause.getMessage() == null) {
      return "no answer: the connection was refused or blocked";
    }
    String name = cause.getClass().getSimpleName().replaceFirst("Exception$", "");
    return "no answer: " + (cause.getMessage() == null ? name : name + ": " + cause.getMessage());
  }

  /** Keeps the beginning of a body; the rest is read and dropped, until the timeout. */
  private static final class BodyPrefix {
    private final int maxBytes;
    private final List<byte[]> parts = new ArrayList<>();
    private int length;

    BodyPrefix(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    HttpResponse.BodySubscriber<String> subscriber() {
      return BodySubscribers.mapping(
          BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(this::add)), unused -> text());
    }

    private void add(byte[] part) {
      if (length < maxBytes) {
        parts.add(part);
        length += part.length;
      }
    }

    private String text() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      parts.forEach(all::writeBytes);
      return all.toString(StandardCharsets.UTF_8);
    }
  }
}
