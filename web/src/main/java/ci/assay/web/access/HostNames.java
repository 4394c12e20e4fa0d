package ci.assay.web.access;

import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host names under which public pages are served on loopback addresses. This prevents DNS
 * rebinding: otherwise a web site could point a name of its own to 127.0.0.1, and make the browser
 * of a visitor read these pages as if they were the site's. Names that nobody can own on the
 * internet are always accepted: addresses, {@code localhost}, names without a dot, and those that
 * the caller takes from {@link #ofThisMachine}. Immutable.
 */
public final class HostNames {

  private static final Logger log = LoggerFactory.getLogger(HostNames.class);
  private static final int MISDIRECTED = 421;
  private static final int LONGEST_SHOWN = 100;

  /** Reserved domains, in which there are no public names. */
  private static final List<String> RESERVED =
      List.of(".localhost", ".local", ".internal", ".home.arpa", ".test");

  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  private final Set<String> names;
  private final Predicate<InetAddress> isProxy;

  /**
   * @param names further names that are accepted; {@code *.DOMAIN} for all in a domain
   * @param isProxy whether requests from this address may have any name
   */
  public HostNames(Collection<String> names, Predicate<InetAddress> isProxy) {
    this.names = new HashSet<>();
    names.forEach(name -> this.names.add(name.toLowerCase(Locale.ROOT)));
    this.isProxy = isProxy;
  }

  /** The names of this machine: its host name and those in {@code /etc/hosts}. Does no look-up. */
  public static Set<String> ofThisMachine() {
    Set<String> all = new HashSet<>();
    lines(Path.of("/proc/sys/kernel/hostname")).forEach(all::add);
    for (String line : lines(Path.of("/etc/hosts"))) {
      String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
      all.addAll(Arrays.asList(words).subList(1, words.length));
    }
    return all;
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(String::strip).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      log.debug("{} cannot be read: {}", file, e.toString());
      return List.of();
    }
  }

  /**
   * Checks the host name of a request, unless it did not come over a loopback address.
   *
   * @throws HttpResponseException with status 421 when the name is not accepted
   */
  public void require(Context context) {
    String host = context.header("Host");
    if (host == null || !isLoopback(context.req().getLocalAddr()) || isOurs(nameIn(host))) {
      return;
    }
    if (isProxy.test(address(context.req().getRemoteAddr()))) {
      return;
    }
    String name = nameIn(host);
    String shown = name.substring(0, Math.min(name.length(), LONGEST_SHOWN));
    throw new HttpResponseException(
        MISDIRECTED,
        "This server does not go by the name '%s'. If it is yours, start it with --host-name %s."
            .formatted(shown, shown),
        Map.of());
  }

  private boolean isOurs(String name) {
    return name.startsWith("[")
        || name.indexOf('.') < 0
        || IPV4.matcher(name).matches()
        || RESERVED.stream().anyMatch(name::endsWith)
        || names.contains(name)
        || isInDomain(name);
  }

  private boolean isInDomain(String name) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (names.contains("*" + name.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  private static String nameIn(String host) {
    String name = PORT.matcher(host.strip()).replaceFirst("").toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isLoopback(String address) {
    return address(address).isLoopbackAddress();
  }

  /** Parses an address; does no look-up. */
  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
