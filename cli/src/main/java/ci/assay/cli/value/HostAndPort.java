package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on.
 *
 * @param port 0 for any free port
 */
public record HostAndPort(String host, int port) {

  private static final Pattern FORM =
      Pattern.compile("(?:(\\[[0-9a-fA-F:.]+\\]|[^:\\s]+):)?([0-9]{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  public static HostAndPort parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
      throw new InvalidInputException(
          "'" + text + "' is not HOST:PORT, such as 127.0.0.1:8010 or 0.0.0.0:80");
    }
    String host = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
    return new HostAndPort(host, Integer.parseInt(matcher.group(2)));
  }
}
