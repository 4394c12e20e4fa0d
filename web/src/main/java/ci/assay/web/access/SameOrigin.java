package ci.assay.web.access;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that a page of another site made a browser send (CSRF), including logins.
 * Programs send no origin, and pass.
 */
public final class SameOrigin {

  private SameOrigin() {}

  /**
   * Accepts requests that only read, and those from our own pages or from no page.
   *
   * @throws ForbiddenResponse for all others
   */
  public static void require(Context context) {
    boolean onlyReads =
        HandlerType.GET.equals(context.method()) || HandlerType.HEAD.equals(context.method());
    if (!onlyReads && !isOurs(context)) {
      throw new ForbiddenResponse("This form is from another site; use the page of this one.");
    }
  }

  private static boolean isOurs(Context context) {
    String site = context.header("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin") || site.equals("none");
    }
    String origin = context.header("Origin");
    return origin == null || isHost(origin, context.header("Host"));
  }

  private static boolean isHost(String origin, @Nullable String host) {
    try {
      URI from = URI.create(origin);
      String authority = from.getRawAuthority();
      if (authority == null || host == null) {
        return false;
      }
      String usual = "https".equalsIgnoreCase(from.getScheme()) ? ":443" : ":80";
      return without(usual, authority).equals(without(usual, host));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String without(String port, String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
  }
}
