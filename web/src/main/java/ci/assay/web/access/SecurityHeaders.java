package ci.assay.web.access;

import io.javalin.http.Context;

/** What every answer says to the browser about what it may do with it. */
public final class SecurityHeaders {

  /** Nothing but our own files; no script or style in a page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private SecurityHeaders() {}

  /**
   * Sets them.
   *
   * @param isForOne whether the answer is not for everybody, so that nobody else may find it
   */
  public static void set(Context context, boolean isForOne) {
    context
        .header("Content-Security-Policy", POLICY)
        .header("Cache-Control", isForOne ? "no-store" : "no-cache")
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "same-origin")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin");
  }
}
