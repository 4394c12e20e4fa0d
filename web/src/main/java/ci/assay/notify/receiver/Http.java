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
 * Calls over HTTP that end: each within {@link #LIMIT}, with at most some of the answer read, and
 * without following a redirect, which could take a token to another host. Safe for use by many
 * threads.
 */
public final class Http {

  /** For a whole call; less than the time for which a coordinator that stops waits. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final int MOST_READ = 16 * 1024;
  private static final int MOST_TOLD = 200;

  private final Duration limit;
  private final Clock clock;
  private @Nullable HttpClient client;

  public Http(Clock clock) {
    this(LIMIT, clock);
  }

  /**
   * @param limit for a whole call
   */
  public Http(Duration limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * What a server answered.
   *
   * @param status 0 where none came; {@code body} says why then
   * @param body its beginning
   * @param pause how long it asks to be left alone; null where it does not say
   * @param isSpent whether it says that its limit of calls is reached
   */
  public record Reply(int status, String body, @Nullable Duration pause, boolean isSpent) {

    /** In one short line. */
    public String words() {
      String said = Texts.line(body, MOST_TOLD);
      return status == 0 ? said : "HTTP " + status + (said.isEmpty() ? "" : ": " + said);
    }

    public boolean isGood() {
      return status >= 200 && status < 300;
    }

    /**
     * What is to be done about it where nothing special is known: what is wrong with us or with the
     * address stops all, what is wrong with this message only that.
     */
    public Answer answer() {
      if (isGood()) {
        return new Answer.Told("HTTP " + status);
      }
      if (status == 0 || status >= 500 || status == 408 || status == 425 || status == 429) {
        return new Answer.Later(words(), pause);
      }
      if (status == 403 && (isSpent || pause != null)) {
        return new Answer.Later("its limit of calls is reached: " + words(), pause);
      }
      if (status >= 300 && status < 400) {
        return new Answer.Stopped(
            "answers with a redirect, which is not followed; give the address that it leads to: "
                + words());
      }
      return switch (status) {
        case 401 -> new Answer.Stopped("the token or secret is not taken; replace it: " + words());
        case 403 ->
            new Answer.Stopped("the token may not do this; give it the right to: " + words());
        case 404, 410 ->
            new Answer.Stopped(
                "nothing is at this address, or the token may not see it; mend one of them: "
                    + words());
        default -> new Answer.Refused(words());
      };
    }
  }

  /** Sends a request; what goes wrong is in the reply. */
  public Reply call(HttpRequest.Builder request) throws InterruptedException {
    CompletableFuture<HttpResponse<String>> coming =
        client()
            .sendAsync(
                request.timeout(limit).setHeader("User-Agent", "assay").build(),
                unused -> new Beginning(MOST_READ).subscriber());
    try {
      return reply(coming.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return none("no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException | CompletionException | CancellationException e) {
      return none(explain(e));
    } finally {
      coming.cancel(true);
    }
  }

  /** Made when it is needed: it has threads. */
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
    String left = response.headers().firstValue("x-ratelimit-remaining").orElse("");
    boolean isSpent = left.equals("0");
    Optional<Duration> wait =
        response.headers().firstValue("retry-after").flatMap(this::retryAfter);
    if (wait.isEmpty() && isSpent) {
      wait = response.headers().firstValue("x-ratelimit-reset").flatMap(this::reset);
    }
    String location =
        response.statusCode() / 100 == 3
            ? response.headers().firstValue("location").orElse("")
            : response.body();
    return new Reply(response.statusCode(), location, wait.orElse(null), isSpent);
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
    } catch (RuntimeException e) { // no number, or beyond all times
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private static Reply none(String why) {
    return new Reply(0, why, null, false);
  }

  private static String explain(Exception trouble) {
    Throwable cause = trouble.getCause() == null ? trouble : trouble.getCause();
    if (cause instanceof ConnectException && cause.getMessage() == null) {
      return "no answer: nobody listens there, or lets us";
    }
    String name = cause.getClass().getSimpleName().replaceFirst("Exception$", "");
    return "no answer: " + (cause.getMessage() == null ? name : name + ": " + cause.getMessage());
  }

  /** The beginning of an answer; the rest is read and forgotten, until the time is over. */
  private static final class Beginning {
    private final int most;
    private final List<byte[]> parts = new ArrayList<>();
    private int length;

    Beginning(int most) {
      this.most = most;
    }

    HttpResponse.BodySubscriber<String> subscriber() {
      return BodySubscribers.mapping(
          BodySubscribers.ofByteArrayConsumer(part -> part.ifPresent(this::add)), unused -> text());
    }

    private void add(byte[] part) {
      if (length < most) {
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
