package ci.assay.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Captures the log of Assay at level info and above, from the constructor to {@link #close}. */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger = (Logger) LoggerFactory.getLogger("ci.assay");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Begins to listen. */
  public LogCapture() {
    start();
    logger.addAppender(this);
  }

  /** The lines so far, each as {@code LEVEL message}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The lines so far that contain {@code part}. */
  public List<String> linesWith(String part) {
    return lines.stream().filter(each -> each.contains(part)).toList();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
      lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}
