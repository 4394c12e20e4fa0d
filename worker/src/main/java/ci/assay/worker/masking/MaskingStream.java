package ci.assay.worker.masking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Masks bytes that arrive in chunks. The output is the same however they are divided. Bytes that
 * may be the beginning of a value are held back until that is known; they are at most ten times as
 * many as the longest value has. For use by one thread at a time.
 */
public final class MaskingStream {

  /** Takes masked bytes. */
  @FunctionalInterface
  public interface Sink {

    /** Takes bytes of an array, which changes afterwards. */
    void accept(byte[] bytes, int offset, int length);
  }

  private static final byte[] MASK = Masking.MASK.getBytes(StandardCharsets.UTF_8);

  private final List<View> views;
  private byte[] held = new byte[1024];
  private boolean[] isSecret = new boolean[1024];
  private int count;
  private long received;
  private boolean isWithinMask;
  private boolean hasMasked;

  MaskingStream(List<View> views) {
    this.views = views;
  }

  /** Adds bytes, and passes on what is certain by now. */
  public void add(byte[] bytes, int length, Sink sink) {
    if (views.isEmpty()) {
      sink.accept(bytes, 0, length);
      return;
    }
    hold(bytes, length);
    long settled = received;
    for (View view : views) {
      view.accept(bytes, length, received - length, this::mark);
      settled = Math.min(settled, view.settled(received));
    }
    pass((int) (settled - (received - count)), sink);
  }

  /**
   * Ends the text here, and passes on the rest; another text may follow. The beginning of a value,
   * with which the text ends, is masked if it has {@link Masking#SHORTEST} bytes or more.
   */
  public void end(Sink sink) {
    views.forEach(view -> view.end(received, this::mark));
    pass(count, sink);
    isWithinMask = false;
  }

  /** Whether anything was masked. */
  public boolean hasMasked() {
    return hasMasked;
  }

  private void hold(byte[] bytes, int length) {
    if (count + length > held.length) {
      int size = Math.max(count + length, held.length * 2);
      held = Arrays.copyOf(held, size);
      isSecret = Arrays.copyOf(isSecret, size);
    }
    System.arraycopy(bytes, 0, held, count, length);
    Arrays.fill(isSecret, count, count + length, false);
    count += length;
    received += length;
  }

  private void mark(long from, long to) {
    long first = received - count;
    Arrays.fill(isSecret, (int) (from - first), (int) (to - first), true);
    hasMasked = true;
  }

  private void pass(int certain, Sink sink) {
    int from = 0;
    while (from < certain) {
      int to = from + 1;
      while (to < certain && isSecret[to] == isSecret[from]) {
        to++;
      }
      if (!isSecret[from]) {
        sink.accept(held, from, to - from);
      } else if (!isWithinMask) {
        sink.accept(MASK, 0, MASK.length);
      }
      isWithinMask = isSecret[from];
      from = to;
    }
    System.arraycopy(held, certain, held, 0, count - certain);
    System.arraycopy(isSecret, certain, isSecret, 0, count - certain);
    count -= certain;
  }
}
