package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;

/** The address of a web server: {@code http://HOST[:PORT]}, or https. */
public record WebAddress(URI uri) {

  public static WebAddress parse(String text) {
    try {
      URI uri = new URI(text);
      boolean isWeb =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (isWeb && uri.getHost() != null) {
        return new WebAddress(uri);
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new InvalidInputException(
        "'" + text + "' is not http[s]://HOST[:PORT], such as http://127.0.0.1:8010");
  }
}
