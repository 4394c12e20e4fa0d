package ci.assay.coordinator.live;

/**
 * Receives the output of a run while it runs. Called by one thread at a time; other listeners wait
 * until it returns.
 */
@FunctionalInterface
public interface LiveListener {

  /**
   * The run printed more, or is over.
   *
   * <p>Each byte is passed once, in order. Bytes may be missing, which shows in {@code offset}:
   * those that were lost in transit, and those that were overwritten because the run printed more
   * than its log may hold. When another run of the job begins, offsets begin at 0 again.
   *
   * @param run the run's id
   * @param offset the position of the first byte of {@code text} in the whole output of the run
   * @param text the bytes; may begin and end within a line and within a character; empty at the end
   * @param end whether the run is over; its result is stored soon after
   */
  void received(String run, long offset, byte[] text, boolean end);
}
