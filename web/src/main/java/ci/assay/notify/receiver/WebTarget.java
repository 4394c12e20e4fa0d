package ci.assay.notify.receiver;

import ci.assay.common.InvalidInputException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * An address that something is sent to: {@code https:}, or {@code http:} on this machine only.
 * Immutable.
 */
public record WebTarget(URI uri) {

  /**
   * Reads one.
   *
   * @throws InvalidInputException when it is none, or has a login in it
   */
  public static WebTarget parse(String text) {
    try {
      URI uri = new URI(text.strip());
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      String host = uri.getHost();
      if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
        throw wrong(text);
      }
      if (scheme.equals("https") || (scheme.equals("http") && isHere(host))) {
        return new WebTarget(uri);
      }
      throw wrong(text);
    } catch (URISyntaxException e) {
      throw wrong(text);
    }
  }

  /** Another address on the same host: what is given is put behind the path. */
  public WebTarget below(String path) {
    String base = uri.toString().replaceFirst("/+$", "");
    return new WebTarget(URI.create(base + path));
  }

  /** Scheme, host and port: what may be said of it where its path is a secret. */
  public String origin() {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** No name is looked up: what a server of names says of another one is its own affair. */
  private static boolean isHere(String host) {
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
        "'%s' is no address like https://HOST/PATH, without a login; http: is for this machine only"
            .formatted(text));
  }
}
