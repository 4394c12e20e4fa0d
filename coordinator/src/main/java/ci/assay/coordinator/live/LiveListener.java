package ci.assay.coordinator.live;

/** Is told what a run prints while it runs. One call at a time; others wait until it returns. */
@FunctionalInterface
public interface LiveListener {

  /**
   * More was printed, or the run is over.
   *
   * <p>Each byte is told once, in order. Some may be left out, which {@code offset} shows: those
   * that were lost on their way, and those that a run which prints more than its log may hold has
   * overwritten. When another run of the job begins, its offsets begin at 0 again.
   *
   * @param run the run's id
   * @param offset where the first byte of {@code text} stands among all that the run printed
   * @param text may begin and end within a line and within a character; empty at the end
   * @param end whether the run is over; what it came to is stored soon after
   */
  void received(String run, long offset, byte[] text, boolean end);
}
