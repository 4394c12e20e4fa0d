package ci.assay.notify.receiver;

import ci.assay.common.InvalidInputException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/** The URL of a receiver: {@code https:}, or {@code http:} on this machine only. Immutable. */
public record WebTarget(URI uri) {

  /**
   * Reads a URL.
   *
   * @throws InvalidInputException when it is not valid, or has credentials in it
   */
  public static WebTarget parse(String text) {
    try {
      URI uri = new URI(text.strip());
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      String host = uri.getHost();
      if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        throw wrong(text);
      }
      if (scheme.equals("https") || (scheme.equals("http") && isLocal(host))) {
        return new WebTarget(uri);
      }
      throw wrong(text);
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
  }

  /** A URL on the same host: {@code path} is appended to the path of this one. */
  public WebTarget below(String path) {
    String base = uri.toString().replaceFirst("/+$", "");
    return new WebTarget(URI.create(base + path));
  }

  /** Scheme, host and port, to be shown where the path is secret. */
  public String origin() {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** Host names are not looked up in the DNS, which others control. */
  private static boolean isLocal(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    boolean isNumber = host.matches("[0-9.]+") || host.startsWith("[");
    try {
      return isNumber && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static InvalidInputException wrong(String text) {
    return new InvalidInputException(
        "'%s' is not an address like https://HOST/PATH without a login; http: is for this machine only"
            .formatted(text));
  }
}
