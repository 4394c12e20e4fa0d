package ci.assay.web.limit;

import ci.assay.common.InvalidInputException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxies whose {@code X-Forwarded-For} is trusted. For any other peer, the client's address is
 * that of the connection.
 */
public record TrustedProxies(List<Network> networks) {

  /** No proxy is trusted. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern NETWORK = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /** A network: all addresses that begin with the same bits. */
  public record Network(InetAddress address, int bits) {

    /**
     * Parses an address or network.
     *
     * @param text such as 127.0.0.1, 10.0.0.0/8 or fd00::/8
     * @throws InvalidInputException when it is neither an address nor a network
     */
    public static Network parse(String text) {
      Matcher matcher = NETWORK.matcher(text);
      InetAddress address = matcher.matches() ? literal(matcher.group(1)) : null;
      if (address != null) {
        int most = address.getAddress().length * 8;
        int bits = matcher.group(2) == null ? most : Integer.parseInt(matcher.group(2));
        if (bits <= most) {
          return new Network(address, bits);
        }
      }
      throw new InvalidInputException(
          "'" + text + "' is not an address or network, such as 127.0.0.1 or 10.0.0.0/8");
    }

    boolean contains(InetAddress other) {
      byte[] ours = address.getAddress();
      byte[] theirs = other.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Whether the address is that of a trusted proxy. */
  public boolean includes(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * The address of a request's client.
   *
   * @param peer the other end of the connection
   * @param forwardedFor the headers {@code X-Forwarded-For}. They are read from the right, as long
   *     as the addresses are trusted proxies; the client may have forged the rest.
   */
  public InetAddress client(InetAddress peer, List<String> forwardedFor) {
    String[] hops = String.join(",", forwardedFor).split(",", -1);
    InetAddress client = peer;
    for (int n = hops.length - 1; n >= 0 && includes(client); n--) {
      InetAddress hop = literal(hops[n].strip());
      if (hop == null) {
        return client;
      }
      client = hop;
    }
    return client;
  }

  /** The key of a client: its IPv4 address, or its /64 network with IPv6. */
  static String key(InetAddress client) {
    byte[] bytes = client.getAddress();
    return bytes.length == 4
        ? client.getHostAddress()
        : Arrays.toString(Arrays.copyOf(bytes, 8)); // a /64
  }

  /** Parses an address; null if it is none. Does no look-up. */
  private static @Nullable InetAddress literal(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
