package ci.assay.web.limit;

import ci.assay.common.InvalidInputException;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a server's clients may use.
 *
 * @param connected how many connections are allowed
 * @param streaming how many of them may be streams
 * @param downloading how many of them may be downloads of files, which may be long
 * @param requests how many requests are handled at a time; others wait for their turn
 * @param idle how long a connection may be open without a complete request header; also the
 *     interval at which streams are checked for whether the client is still there
 * @param patience how long a client may take to send a form, or to receive data
 */
public record WebLimits(
    Connections connected,
    Share streaming,
    Share downloading,
    int requests,
    Duration idle,
    Duration patience) {

  /**
   * How many connections are allowed.
   *
   * @param all of all clients together
   * @param ofOne of one client
   * @param spare additional ones, on which only health requests are answered
   */
  public record Connections(int all, int ofOne, int spare) {}

  /**
   * How many of a kind are allowed. Each also counts as a connection.
   *
   * @param all of all clients together
   * @param ofOne of one client
   */
  public record Share(int all, int ofOne) {}

  private static final int MOST_CONNECTIONS = 1024;

  public WebLimits {
    if (connected.all() < 1
        || connected.ofOne() < 1
        || connected.spare() < 1
        || streaming.all() < 1
        || downloading.all() < 1
        || requests < 1) {
      throw new InvalidInputException("each limit of a server must be at least 1");
    }
  }

  /**
   * Limits for pages: no more than a quarter of the files that this process may open, and a third
   * of those that it has not opened yet. The rest is for storing.
   */
  public static WebLimits pages() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? pages(unix.getMaxFileDescriptorCount(), unix.getOpenFileDescriptorCount())
        : pages(1024, 0);
  }

  static WebLimits pages(long mostFiles, long openFiles) {
    long fitting = Math.min(mostFiles / 4, (mostFiles - openFiles) / 3);
    int connections = (int) Math.min(MOST_CONNECTIONS, Math.max(16, fitting));
    return new WebLimits(
        new Connections(connections, Math.max(8, connections / 4), Math.max(8, connections / 16)),
        new Share(Math.max(8, connections / 4), Math.max(4, connections / 16)),
        new Share(16, 6),
        24,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10));
  }

  /** Limits for a server that only answers health requests. */
  public static WebLimits health() {
    return new WebLimits(
        new Connections(32, 16, 16),
        new Share(1, 1),
        new Share(1, 1),
        4,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }
}
