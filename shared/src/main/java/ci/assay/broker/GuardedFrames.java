package ci.assay.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.AMQContentHeader;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one connection, in which no message ends the connection. The AMQP client closes it
 * when it cannot read a message's properties (tables nested more than 32 deep, say) or when the
 * body is larger than its limit. As the broker accepts such messages and delivers them again, one
 * of them would stop its queue for good. Such a message is delivered with an empty body and with a
 * header {@link #HEADER_UNREADABLE} in place of its properties, so that its handler refuses it like
 * any other that it cannot read. A large body is never in memory as a whole. Frames are read by one
 * thread.
 */
final class GuardedFrames implements FrameHandler {

  /** Header of a message that was not passed on: what was wrong with it. */
  static final String HEADER_UNREADABLE = "assay-unreadable";

  /** A little more than the largest body of ours, a piece of 1 MiB that could not be compressed. */
  static final int MOST_BODY_BYTES = 1024 * 1024 + 64 * 1024;

  private final FrameHandler frames;

  /** How many bytes of a body are still to be left out, by channel. */
  private final Map<Integer, Long> toLeaveOut = new HashMap<>();

  GuardedFrames(FrameHandler frames) {
    this.frames = frames;
  }

  @Override
  public @Nullable Frame readFrame() throws IOException {
    Frame frame = frames.readFrame();
    while (frame != null && isLeftOut(frame)) {
      frame = frames.readFrame();
    }
    return frame != null && frame.getType() == AMQP.FRAME_HEADER ? readable(frame) : frame;
  }

  private boolean isLeftOut(Frame frame) {
    if (frame.getType() == AMQP.FRAME_METHOD) {
      toLeaveOut.remove(frame.getChannel()); // the message before it is over, or was given up
    }
    if (frame.getType() != AMQP.FRAME_BODY || !toLeaveOut.containsKey(frame.getChannel())) {
      return false;
    }
    toLeaveOut.computeIfPresent(
        frame.getChannel(),
        (channel, left) ->
            left > frame.getPayload().length ? left - frame.getPayload().length : null);
    return true;
  }

  private Frame readable(Frame frame) throws IOException {
    String trouble;
    String id = null;
    long size;
    try {
      AMQContentHeader header = AMQImpl.readContentHeaderFrom(frame.getInputStream());
      size = header.getBodySize();
      if (size <= MOST_BODY_BYTES) {
        return frame;
      }
      id = header instanceof BasicProperties properties ? properties.getMessageId() : null;
      trouble = "its body has %d bytes, more than %d".formatted(size, MOST_BODY_BYTES);
    } catch (IOException | RuntimeException e) {
      size = bodySize(frame);
      trouble = "its properties cannot be read: " + e.getMessage();
    }
    if (size > 0) {
      toLeaveOut.put(frame.getChannel(), size);
    }
    return new BasicProperties.Builder()
        .messageId(id)
        .headers(Map.of(HEADER_UNREADABLE, trouble))
        .build()
        .toFrame(frame.getChannel(), 0);
  }

  /** It stands at the same place in every header, after two numbers of two bytes. */
  private static long bodySize(Frame frame) throws IOException {
    try (var in = frame.getInputStream()) {
      in.readInt();
      return in.readLong();
    }
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void setTimeout(int millis) throws SocketException {
    frames.setTimeout(millis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int bytes) {
    frames.setFrameMax(bytes);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}
