package ci.assay.web.access;

import io.javalin.http.Context;

/** The security headers of every answer. */
public final class SecurityHeaders {

  /** Only files of our own; no inline scripts or styles. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private SecurityHeaders() {}

  /**
   * Sets the headers.
   *
   * @param isForOne whether the answer is for one visitor only, so that it must not be stored
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
