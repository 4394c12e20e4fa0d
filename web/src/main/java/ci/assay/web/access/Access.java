package ci.assay.web.access;

import ci.assay.web.access.Visitor.Role;
import ci.assay.web.limit.GuardedServer;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.SameSite;
import io.javalin.http.TooManyRequestsResponse;
import io.javalin.http.UnauthorizedResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates requests: by a token in the header {@code Authorization: Bearer}, or by a session
 * that began with a token on the login page. Sessions end with this process. Thread-safe.
 */
public final class Access {

  private static final String COOKIE = "assay";
  private static final String AUTHORIZATION = "Authorization";
  private static final int TRIES_A_MINUTE = 10;
  private static final int MOST_ADDRESSES = 10_000;

  private final @Nullable Tokens tokens;
  private final boolean readNeedsToken;
  private final Clock clock;
  private final Sessions sessions = new Sessions();
  private final Map<String, Tries> tries = new ConcurrentHashMap<>();

  private record Tries(long minute, int count) {}

  /**
   * @param tokens null when there are none: then everybody may read, and nobody may act
   */
  public Access(@Nullable Tokens tokens, boolean readNeedsToken, Clock clock) {
    this.tokens = tokens;
    this.readNeedsToken = readNeedsToken;
    this.clock = clock;
  }

  /** Who sent the request. */
  public Visitor visitor(Context context) {
    return visitor(context.header(AUTHORIZATION), context.cookie(COOKIE));
  }

  /**
   * A check for later, on any thread, whether the sender of this request is still authenticated:
   * not when the token was removed or the session has ended.
   */
  public BooleanSupplier remains(Context context) {
    String authorization = context.header(AUTHORIZATION);
    String cookie = context.cookie(COOKIE);
    Visitor before = visitor(authorization, cookie);
    return () -> visitor(authorization, cookie).equals(before);
  }

  private Visitor visitor(@Nullable String authorization, @Nullable String cookie) {
    if (tokens == null) {
      return nobody();
    }
    Optional<Tokens.Entry> bearer = bearer(authorization);
    if (bearer.isPresent()) {
      return new Visitor(bearer.get().name(), bearer.get().role(), "", true);
    }
    Sessions.Session session = sessions.find(cookie, clock.instant()).orElse(null);
    if (session == null) {
      return nobody();
    }
    return tokens
        .named(session.entry().name())
        .filter(session.entry()::equals)
        .map(entry -> new Visitor(entry.name(), entry.role(), session.formToken(), true))
        .orElseGet(this::nobody);
  }

  /**
   * Requires that the visitor has a role.
   *
   * @throws UnauthorizedResponse when the visitor is not logged in
   * @throws ForbiddenResponse when the visitor does not have the role
   */
  public Visitor require(Context context, Role role) {
    Visitor visitor = visitor(context);
    if (!visitor.role().includes(role)) {
      if (visitor.name() == null) {
        throw new UnauthorizedResponse("This needs a token.");
      }
      throw new ForbiddenResponse("The token '" + visitor.name() + "' may not do this.");
    }
    return visitor;
  }

  /**
   * Requires a role, and that a form was given to this visitor by this server. A request with a
   * token in its header is not from a form.
   */
  public Visitor requireForm(Context context, Role role) {
    Visitor visitor = require(context, role);
    String form = context.formParam("form");
    if (bearer(context.header(AUTHORIZATION)).isEmpty()
        && (form == null || !same(form, visitor.formToken()))) {
      throw new ForbiddenResponse(
          "This form has expired or is from another site; reload the page.");
    }
    return visitor;
  }

  /** Whether reading needs a token. */
  public boolean isPrivate() {
    return tokens != null && readNeedsToken;
  }

  /** Whether an answer must not be cached for others: it is private, or depends on the visitor. */
  public boolean isForOne(Context context) {
    return isPrivate()
        || context.cookie(COOKIE) != null
        || context.header(AUTHORIZATION) != null
        || context.path().equals("/login");
  }

  /**
   * Begins a session.
   *
   * @return whether the token is valid
   * @throws TooManyRequestsResponse after too many wrong tokens from one address within a minute. A
   *     valid one is never refused, whatever others behind the same address try.
   */
  public boolean logIn(Context context, String token) {
    Optional<Tokens.Entry> entry = tokens == null ? Optional.empty() : tokens.find(token.strip());
    if (entry.isEmpty()) {
      countTry(GuardedServer.clientKey(context.attribute(GuardedServer.CLIENT)));
      return false;
    }
    sessions.end(context.cookie(COOKIE));
    String id = sessions.begin(entry.get(), clock.instant());
    context.cookie(cookie(context, id, (int) Sessions.LENGTH.toSeconds()));
    return true;
  }

  /** Ends the session. */
  public void logOut(Context context) {
    sessions.end(context.cookie(COOKIE));
    context.cookie(cookie(context, "", 0));
  }

  private static Cookie cookie(Context context, String value, int seconds) {
    Cookie cookie = new Cookie(COOKIE, value);
    cookie.setPath("/");
    cookie.setHttpOnly(true);
    cookie.setSameSite(SameSite.STRICT);
    cookie.setMaxAge(seconds);
    cookie.setSecure("https".equals(context.header("X-Forwarded-Proto")));
    return cookie;
  }

  private void countTry(String address) {
    long minute = clock.instant().getEpochSecond() / 60;
    tries.values().removeIf(each -> each.minute() != minute);
    if (tries.size() >= MOST_ADDRESSES) {
      tries.clear();
    }
    Tries now =
        tries.merge(
            address, new Tries(minute, 1), (old, one) -> new Tries(minute, old.count() + 1));
    if (now.count() > TRIES_A_MINUTE) {
      throw new TooManyRequestsResponse("Too many attempts; wait a minute.");
    }
  }

  private Visitor nobody() {
    boolean mayRead = tokens == null || !readNeedsToken;
    return new Visitor(null, mayRead ? Role.READ : Role.NOTHING, "", tokens != null);
  }

  private Optional<Tokens.Entry> bearer(@Nullable String header) {
    return tokens == null || header == null || !header.startsWith("Bearer ")
        ? Optional.empty()
        : tokens.find(header.substring("Bearer ".length()).strip());
  }

  private static boolean same(String one, String other) {
    return !other.isEmpty()
        && MessageDigest.isEqual(
            one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
