package ci.assay.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the logging of lost connections to {@link BrokerConnection}, which logs each once and
 * without a stack trace.
 */
final class QuietExceptionHandler extends DefaultExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(QuietExceptionHandler.class);

  @Override
  public void handleUnexpectedConnectionDriverException(Connection connection, Throwable e) {
    log.debug("connection lost", e);
  }
}
