package ci.assay.web.limit;

import ci.assay.common.InvalidInputException;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much of this process a server's clients may take.
 *
 * @param connected how many connections there may be
 * @param streaming how many of them may be streams
 * @param requests that are worked on at a time; others wait for their turn
 * @param idle how long a connection may be without a whole request's head; as often, streams are
 *     tried out for whether anybody is still there
 * @param patience how long a client may take to send a form, and to take something that is sent
 */
public record WebLimits(
    Connections connected, Streams streaming, int requests, Duration idle, Duration patience) {

  /**
   * How many connections there may be.
   *
   * @param all of all clients together
   * @param ofOne of one address
   * @param spare beyond these, on which only health is answered and all else refused
   */
  public record Connections(int all, int ofOne, int spare) {}

  /**
   * How many streams there may be; each takes one of the connections, too.
   *
   * @param all of all clients together
   * @param ofOne of one address
   */
  public record Streams(int all, int ofOne) {}

  private static final int MOST_CONNECTIONS = 1024;

  public WebLimits {
    if (connected.all() < 1
        || connected.ofOne() < 1
        || connected.spare() < 1
        || streaming.all() < 1
        || requests < 1) {
      throw new InvalidInputException("each limit of a server must be at least 1");
    }
  }

  /** For pages: no more than a quarter of the files that this process may open. */
  public static WebLimits pages() {
    int connections = (int) Math.min(MOST_CONNECTIONS, Math.max(16, openFiles() / 4));
    return new WebLimits(
        new Connections(connections, Math.max(8, connections / 4), Math.max(8, connections / 16)),
        new Streams(Math.max(8, connections / 4), Math.max(4, connections / 16)),
        24,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10));
  }

  /** For a server that only says how a process is. */
  public static WebLimits health() {
    return new WebLimits(
        new Connections(32, 16, 16),
        new Streams(1, 1),
        4,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : 1024;
  }
}
