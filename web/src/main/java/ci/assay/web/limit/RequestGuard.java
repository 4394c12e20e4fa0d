package ci.assay.web.limit;

import ci.assay.web.limit.Link.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The outermost handler: answers health requests itself, and refuses requests that exceed a limit.
 * It reads no body and never blocks, so that its thread is soon free again.
 */
final class RequestGuard extends Handler.Wrapper {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String SOON = "5";

  /** Bodies up to this length, in bytes, are read without a further limit. */
  private static final long SHORT_HOOK = 64 << 10;

  private static final int MOST_LONG_HOOKS = 16;
  private static final int MOST_LONG_HOOKS_OF_ONE = 4;

  private final GuardedConnector connector;
  private final TrustedProxies proxies;
  private final Quota streams;
  private final Quota downloads;
  private final Quota waiting = new Quota(Integer.MAX_VALUE, Integer.MAX_VALUE);
  private final Quota longHooks = new Quota(MOST_LONG_HOOKS, MOST_LONG_HOOKS_OF_ONE);
  private final long mostSent;
  private final Supplier<Optional<String>> obstacle;

  /**
   * @param mostSent the largest form, in bytes
   * @param obstacle why the process does not do its work now; empty when it does
   */
  RequestGuard(
      GuardedConnector connector,
      TrustedProxies proxies,
      WebLimits limits,
      long mostSent,
      Supplier<Optional<String>> obstacle) {
    this.connector = connector;
    this.proxies = proxies;
    this.streams = new Quota(limits.streaming().all(), limits.streaming().ofOne());
    this.downloads = new Quota(limits.downloading().all(), limits.downloading().ofOne());
    this.mostSent = mostSent;
    this.obstacle = obstacle;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Link link = connector.link(request);
    GuardedConnector.is(link, State.READING);
    Request.addCompletionListener(request, unused -> GuardedConnector.is(link, State.IDLE));
    InetAddress client = client(request);
    request.setAttribute(GuardedServer.CLIENT, client);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    String path = Request.getPathInContext(request);
    if (path.equals("/healthz") || path.equals("/readyz")) {
      GuardedConnector.is(link, State.ANSWERING);
      health(path, request, response, callback);
      return true;
    }
    if (link == null || link.isSpare) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      return refuse(response, callback, 503, "There are too many connections; try again soon.\n");
    }
    if (isStream(request, path)) {
      request.setAttribute(GuardedServer.STREAM, true);
      return apart(streams, "streams", request, response, callback);
    }
    if (isDownload(request, path)) {
      return apart(downloads, "downloads", request, response, callback);
    }
    if (request.getHeaders().contains("X-HTTP-Method-Override")) {
      return refuse(response, callback, 400, "The method cannot be overridden by a header.\n");
    }
    if (path.startsWith(GuardedServer.HOOKS)) {
      return hook(link, request, response, callback);
    }
    if (!hasBody(request.getHeaders())) {
      return inTurn(request, response, callback);
    }
    int status = bodyStatus(request);
    if (status != 0) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      return refuse(
          response, callback, status, "Only small forms are taken, as %s.\n".formatted(FORM));
    }
    return super.handle(request, response, callback);
  }

  /**
   * Handles a hook. Its sender is only known when its body was read, so only a few long bodies are
   * read at a time.
   */
  private boolean hook(Link link, Request request, Response response, Callback callback)
      throws Exception {
    int status = hookStatus(request);
    if (status != 0) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      response.getHeaders().put(HttpHeader.ALLOW, "POST");
      return refuse(
          response,
          callback,
          status,
          "Hooks are taken by POST, not compressed, up to %d bytes.\n"
              .formatted(GuardedServer.MOST_OF_A_HOOK));
    }
    if (isLongHook(request.getHeaders())) {
      String client = TrustedProxies.key(client(request));
      if (!longHooks.take(client)) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        return refuse(response, callback, 503, "There are too many hooks; try again soon.\n");
      }
      AtomicBoolean isTaken = new AtomicBoolean(true);
      Runnable giveBack =
          () -> {
            if (isTaken.getAndSet(false)) {
              longHooks.giveBack(client);
            }
          };
      Request.addCompletionListener(request, unused -> giveBack.run());
      link.whenGone(giveBack);
    }
    return super.handle(request, response, callback);
  }

  private static boolean isLongHook(HttpFields headers) {
    return headers.contains(HttpHeader.TRANSFER_ENCODING)
        || headers.getLongField(HttpHeader.CONTENT_LENGTH) > SHORT_HOOK;
  }

  private InetAddress client(Request request) {
    InetAddress peer =
        request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress from
            ? from.getAddress()
            : null;
    return peer == null
        ? InetAddress.getLoopbackAddress()
        : proxies.client(peer, request.getHeaders().getValuesList("X-Forwarded-For"));
  }

  private static boolean isStream(Request request, String path) {
    return HttpMethod.GET.is(request.getMethod()) && path.matches("(?s)/events/*|.*/tail/*");
  }

  /** The addresses of files that may be long; one that is written in another way takes a turn. */
  private static boolean isDownload(Request request, String path) {
    return HttpMethod.GET.is(request.getMethod())
        && !hasBody(request.getHeaders())
        && path.matches("(?s).*/(?:log|log\\.txt|tests|artifacts/.+)");
  }

  /** Handles a request that waits for its turn: the sooner, the fewer its client has in hand. */
  private boolean inTurn(Request request, Response response, Callback callback) throws Exception {
    String client = TrustedProxies.key(client(request));
    int others = waiting.taken(client);
    request.setAttribute(GuardedServer.PRIORITY, others < 2 ? 2 : others < 8 ? 1 : 0);
    if (waiting.take(client)) {
      Request.addCompletionListener(request, unused -> waiting.giveBack(client));
    }
    return super.handle(request, response, callback);
  }

  /** Handles a request that may last for long, and is counted with its like instead of by turns. */
  private boolean apart(
      Quota quota, String what, Request request, Response response, Callback callback)
      throws Exception {
    String client = TrustedProxies.key(client(request));
    if (!quota.take(client)) {
      return refuse(
          response, callback, 503, "There are too many %s; try again soon.\n".formatted(what));
    }
    request.setAttribute(GuardedServer.NEEDS_NO_TURN, true);
    Request.addCompletionListener(request, unused -> quota.giveBack(client));
    return super.handle(request, response, callback);
  }

  /** The HTTP status for a hook that is refused; 0 when it is accepted. */
  private static int hookStatus(Request request) {
    if (!HttpMethod.POST.is(request.getMethod())) {
      return 405;
    }
    HttpFields headers = request.getHeaders();
    if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
      return 415;
    }
    return headers.getLongField(HttpHeader.CONTENT_LENGTH) > GuardedServer.MOST_OF_A_HOOK ? 413 : 0;
  }

  static boolean hasBody(HttpFields headers) {
    return headers.getLongField(HttpHeader.CONTENT_LENGTH) > 0
        || headers.contains(HttpHeader.TRANSFER_ENCODING);
  }

  /** The HTTP status for a body that is refused; 0 when it is accepted. */
  private int bodyStatus(Request request) {
    HttpFields headers = request.getHeaders();
    long length = headers.getLongField(HttpHeader.CONTENT_LENGTH);
    if (length > mostSent) {
      return 413;
    }
    if (length < 0) {
      return 411; // a body without a length is only accepted for hooks
    }
    String type = HttpField.getValueParameters(headers.get(HttpHeader.CONTENT_TYPE), null);
    boolean isForm = type != null && type.strip().toLowerCase(Locale.ROOT).equals(FORM);
    return isForm && !headers.contains(HttpHeader.CONTENT_ENCODING) ? 0 : 415;
  }

  private void health(String path, Request request, Response response, Callback callback) {
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      answer(response, callback, 405, "only GET\n");
      return;
    }
    @Nullable String why =
        path.equals("/healthz") ? "" : obstacle.get().map(text -> text + " ").orElse("");
    String good = path.equals("/healthz") ? "ok\n" : "ready\n";
    boolean isGood = why.isEmpty();
    String line = why.replaceAll("\\s+", " ").strip() + "\n";
    answer(response, callback, isGood ? 200 : 503, isGood ? good : line);
  }

  private static boolean refuse(Response response, Callback callback, int status, String why) {
    if (status == 503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, SOON);
    }
    answer(response, callback, status, why);
    return true;
  }

  static void answer(Response response, Callback callback, int status, String text) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    response
        .getHeaders()
        .put(HttpHeader.CONTENT_LENGTH, text.getBytes(StandardCharsets.UTF_8).length);
    Content.Sink.write(response, true, text, callback);
  }
}
