package ci.assay.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Free ports below the range that the system gives to outgoing connections: otherwise a client that
 * reconnects to a dead broker's port could get that port as its own local port, and the broker
 * could not start again.
 */
public final class Ports {

  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int TRIES = 1_000;

  private static final Random random = new Random();
  private static final Set<Integer> given = new HashSet<>();

  private Ports() {}

  /**
   * A port of the loopback interface that is free now and is not given twice by this JVM, nor by
   * another one of the same test run.
   */
  public static synchronized int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = FIRST + random.nextInt(END - FIRST);
      if (!given.contains(port) && isFree(port) && isOurs(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + FIRST + " to " + (END - 1));
  }

  private static boolean isOurs(int port) {
    return TestRun.fromEnvironment().map(run -> run.claim("port-" + port)).orElse(true);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
