package ci.assay.broker.control;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Connector;
import ci.assay.broker.OutageLog;
import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.common.CannotRunException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes pieces of live logs: not persistent, not mandatory, never confirmed. It opens its
 * channel when there is a piece to send. For use by one thread.
 */
public final class LiveLogPublisher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveLogPublisher.class);

  private final BrokerConnection broker;
  private final OutageLog outage;
  private @Nullable Channel channel;

  /**
   * @param broker the connection to publish on; not closed by this object
   * @param name the name of this program, for log lines
   */
  public LiveLogPublisher(BrokerConnection broker, String name) {
    this.broker = broker;
    this.outage = new OutageLog(log, name + " can send live logs again");
  }

  /**
   * Publishes a piece, unless the broker is away or blocks publishing.
   *
   * @return whether it was sent; it may still be lost
   */
  public boolean send(LiveLogPiece piece) throws InterruptedException {
    if (!broker.isOpen() || broker.isBlocked()) {
      return false;
    }
    try {
      return send(piece, broker.awaitOpen());
    } catch (CannotRunException e) {
      log.debug("nothing more is sent: {}", e.getMessage());
      return false;
    }
  }

  private boolean send(LiveLogPiece piece, Connection connection) {
    try {
      open(connection)
          .basicPublish(
              Topology.LIVE,
              LiveLogPiece.key(piece.job()),
              piece.properties(WorkerUsers.sender(connection, broker.user())),
              piece.body());
      return true;
    } catch (IOException | ShutdownSignalException e) {
      if (connection.isOpen()) { // a lost connection is logged by BrokerConnection
        outage.begin("live logs cannot be sent: " + Connector.explain(e));
      }
      close();
      return false;
    }
  }

  private Channel open(Connection connection) throws IOException {
    Channel opened = channel;
    if (opened == null || opened.getConnection() != connection) {
      opened = Connector.openChannel(connection);
      channel = opened;
    }
    return opened;
  }

  /** Closes the channel; the next piece opens another one. */
  @Override
  public void close() {
    Channel opened = channel;
    channel = null;
    try {
      if (opened != null) {
        opened.abort();
      }
    } catch (IOException e) {
      log.debug("the channel was gone already", e);
    }
  }
}
