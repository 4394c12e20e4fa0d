package ci.assay.web.hook;

import ci.assay.common.Names;
import ci.assay.web.limit.GuardedServer;
import ci.assay.web.page.Installation;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes hooks at {@code POST /hooks/REPOSITORY}. A hook is only a hint: nothing that it says is
 * used but that it came, so one that is lost, forged, doubled or old does no harm; the repository
 * is looked at again at its interval in any case. Safe for use by many threads.
 */
public final class Hooks {

  /** The path below which they arrive. */
  public static final String ROOT = GuardedServer.HOOKS;

  /** The largest body, in bytes. */
  public static final long MOST_SENT = GuardedServer.MOST_OF_A_HOOK;

  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  private final @Nullable HookSecrets secrets;
  private final Installation installation;
  private final Clock clock;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /**
   * @param secrets null when hooks are not taken
   */
  public Hooks(@Nullable HookSecrets secrets, Installation installation, Clock clock) {
    this.secrets = secrets;
    this.installation = installation;
    this.clock = clock;
  }

  /** Answers one: 202 when it was taken, 401 when it does not show that it knows the secret. */
  public void receive(Context context) {
    String repository = Names.require("repository name", context.pathParam("repository"));
    List<String> known = secrets == null ? List.of() : secrets.of(repository);
    Instant now = clock.instant();
    String sender = HookSignature.sender(context::header, context.bodyAsBytes(), known, now);
    context.contentType("text/plain; charset=utf-8");
    if (sender == null) {
      refused.incrementAndGet();
      log.debug("a hook for {} was not signed by a secret of its", repository);
      context
          .status(HttpStatus.UNAUTHORIZED)
          .result("not signed by a secret of this repository; see assay hook\n");
      return;
    }
    taken.incrementAndGet();
    installation.poll(repository, "a hook of " + sender);
    context.status(HttpStatus.ACCEPTED).result("looking\n");
  }

  /** How many were taken, in Prometheus's text format with those that were refused. */
  public String metrics() {
    return """
        # HELP assay_hooks_total Hooks that arrived, by whether they were signed rightly
        # TYPE assay_hooks_total counter
        assay_hooks_total{signed="yes"} %d
        assay_hooks_total{signed="no"} %d
        """
        .formatted(taken.get(), refused.get());
  }
}
