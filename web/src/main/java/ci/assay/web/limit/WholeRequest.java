package ci.assay.web.limit;

import java.util.ArrayDeque;
import java.util.Queue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * A request whose body was loaded, and that knows whether it is complete. An incomplete request, or
 * one whose connection was closed meanwhile, must not be answered: it would never be completed, and
 * so never give back its turn. For use by one thread at a time.
 */
final class WholeRequest extends Request.Wrapper {

  private final Queue<Content.Chunk> chunks = new ArrayDeque<>();
  private boolean isAtEnd;
  private boolean isBroken;

  /**
   * @param loaded of whose body nothing was read yet
   */
  WholeRequest(Request loaded) {
    super(loaded);
    isBroken = !getConnectionMetaData().getConnection().getEndPoint().isOpen();
    Content.Chunk chunk = loaded.read();
    while (chunk != null) {
      isBroken |= Content.Chunk.isFailure(chunk);
      isAtEnd = chunk.isLast() || isBroken;
      chunks.add(chunk);
      chunk = isAtEnd ? null : loaded.read();
    }
  }

  /** Whether it must not be answered. */
  boolean isBroken() {
    return isBroken;
  }

  @Override
  public Content.Chunk read() {
    Content.Chunk next = chunks.poll();
    if (next == null) {
      return isAtEnd ? Content.Chunk.EOF : super.read();
    }
    return next;
  }

  /** Releases what was loaded. */
  void release() {
    for (Content.Chunk chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
      chunk.release();
    }
  }
}
