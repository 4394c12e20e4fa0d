package ci.assay.cli;

import ci.assay.model.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;

/** Where a web server is: {@code http://HOST[:PORT]}, or https. */
record WebAddress(URI uri) {

  static WebAddress parse(String text) {
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
        "'" + text + "' is not http[s]://HOST[:PORT], as http://127.0.0.1:8010");
  }
}
