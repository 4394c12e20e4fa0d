package ci.assay.testing;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that simulates network failures: it forwards connections to a broker, and can cut or
 * stall them. Ends with {@link #close}.
 */
public final class TcpProxy implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;
  private static final long ACCEPTOR_LIMIT_MILLIS = 5_000;

  private final BrokerAddress target;
  private final int port = Ports.free();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flows = lock.newCondition();
  private static final int MOST_TRIES = 5;

  private boolean isStalled;
  private @Nullable ServerSocket listening;
  private @Nullable Thread acceptor;

  private TcpProxy(BrokerAddress target) {
    this.target = target;
  }

  /** A proxy in front of the broker, letting everything through. */
  public static TcpProxy to(BrokerAddress target) {
    for (int tries = 1; ; tries++) {
      try {
        TcpProxy proxy = new TcpProxy(target);
        proxy.listen();
        return proxy;
      } catch (UncheckedIOException taken) { // another process took the port meanwhile
        if (tries == MOST_TRIES) {
          throw taken;
        }
      }
    }
  }

  /** The broker's address through this proxy. */
  public BrokerAddress address() {
    return new BrokerAddress(
        target.tls(),
        "127.0.0.1",
        port,
        new BrokerLogin(target.user(), target.password()),
        target.virtualHost(),
        target.caFile());
  }

  /** How many connections are open through it. */
  public int connections() {
    return open.size() / 2;
  }

  /** Cuts every connection; new ones are let through. */
  public void cut() {
    open.forEach(TcpProxy::closeQuietly);
    open.clear();
  }

  /** Cuts every connection and refuses new ones, until {@link #mend}. */
  public synchronized void refuse() {
    if (listening != null) {
      closeQuietly(listening);
      listening = null;
      awaitEnd(acceptor);
    }
    cut();
  }

  /** Holds back all bytes in both directions, like a network partition. */
  public void stall() {
    setStalled(true);
  }

  /** Lets everything through again. */
  public void mend() {
    listen();
    setStalled(false);
  }

  @Override
  public void close() {
    refuse();
    setStalled(false);
  }

  private synchronized void listen() {
    if (listening != null) {
      return;
    }
    try {
      ServerSocket socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      listening = socket;
      acceptor = daemon("proxy", () -> acceptUntilClosed(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void setStalled(boolean stalled) {
    lock.lock();
    try {
      isStalled = stalled;
      flows.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitFlow() throws InterruptedException {
    lock.lock();
    try {
      while (isStalled) {
        flows.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void acceptUntilClosed(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        join(listening.accept());
      } catch (IOException e) {
        // closed, or the broker is down: the client's connection ends
      }
    }
  }

  @SuppressWarnings("resource") // closed by the pumps, or by cut()
  private void join(Socket client) throws IOException {
    try {
      Socket server = new Socket(target.host(), target.port());
      open.add(client);
      open.add(server);
      daemon("proxy to broker", () -> pump(client, server));
      daemon("proxy from broker", () -> pump(server, client));
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      copy(from.getInputStream(), to.getOutputStream());
    } catch (IOException e) {
      // one end is gone: so is the other, below
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(from);
      closeQuietly(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private void copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    int length = in.read(buffer);
    while (length >= 0) {
      awaitFlow();
      out.write(buffer, 0, length);
      length = in.read(buffer);
    }
  }

  /**
   * Waits for the accepting thread: until it notices the close, the socket still accepts
   * connections.
   */
  private static void awaitEnd(@Nullable Thread acceptor) {
    try {
      if (acceptor != null) {
        acceptor.join(ACCEPTOR_LIMIT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no more use in any case
    }
  }
}
