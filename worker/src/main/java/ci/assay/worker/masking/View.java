package ci.assay.worker.masking;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for patterns in one way of reading the bytes of a stream: as they are, without line ends,
 * or with escaped characters resolved. Tells where in the stream it found some. For use by one
 * thread.
 */
final class View {

  /** Takes what was found. */
  @FunctionalInterface
  interface Marks {

    /** The bytes from one position of the stream to another, which is not included. */
    void mark(long from, long to);
  }

  /** Programs that fold Base64 put one line end between two digits, or a carriage return, too. */
  private static final int MOST_LINE_ENDS = 2;

  private final Automaton automaton;
  private final boolean passesLineEnds;
  private final @Nullable Escape escape;

  /** Where in the stream the last characters begin, as many as the longest pattern has. */
  private final long[] starts;

  /** With which bytes something may begin. */
  private final boolean[] isFirst = new boolean[256];

  private final StringBuilder unread = new StringBuilder();
  private int state = Automaton.START;
  private int lineEnds;
  private long characters;
  private long end;

  private View(Automaton automaton, boolean passesLineEnds, @Nullable Escape escape) {
    this.automaton = automaton;
    this.passesLineEnds = passesLineEnds;
    this.escape = escape;
    for (int each = 0; each < isFirst.length; each++) {
      boolean isEscape = escape != null && each == escape.first();
      isFirst[each] = isEscape || automaton.next(Automaton.START, (byte) each) != Automaton.START;
    }
    this.starts = new long[Integer.highestOneBit(Math.max(1, automaton.deepest())) * 2];
  }

  /**
   * All ways of reading a stream.
   *
   * @param plain finds values as they are
   * @param coded finds values in digits
   */
  static List<View> all(Automaton plain, Automaton coded) {
    return Stream.concat(
            Stream.of(new View(plain, false, null), new View(coded, true, null)),
            Stream.of(Escape.values()).map(each -> new View(plain, false, each)))
        .toList();
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @param position of the first of them
   */
  void accept(byte[] bytes, int length, long position, Marks marks) {
    for (int i = 0; i < length; i++) {
      byte next = bytes[i];
      boolean isOfNone = state == Automaton.START && !isFirst[next & 0xff] && unread.length() == 0;
      if (!isOfNone) { // which most bytes are
        accept(next, position + i, marks);
      }
    }
  }

  private void accept(byte next, long position, Marks marks) {
    if (escape == null || (unread.length() == 0 && next != escape.first())) {
      character(next, position, position + 1, marks);
    } else {
      unread.append((char) (next & 0xff));
      read(escape, position + 1, marks);
    }
  }

  private void read(Escape by, long to, Marks marks) {
    while (unread.length() > 0) {
      long from = to - unread.length();
      Escape.Reading reading =
          unread.charAt(0) == by.first() ? by.read(unread.toString()) : Escape.Reading.NONE;
      if (!reading.isFinished()) {
        return;
      }
      byte[] meaning = reading.bytes();
      if (meaning == null) {
        character((byte) unread.charAt(0), from, from + 1, marks);
        unread.deleteCharAt(0);
      } else {
        for (byte each : meaning) {
          character(each, from, to, marks);
        }
        unread.setLength(0);
      }
    }
  }

  private void character(byte value, long from, long to, Marks marks) {
    if (passesLineEnds && (value == '\n' || value == '\r')) {
      lineEnds++;
      if (lineEnds > MOST_LINE_ENDS) {
        state = Automaton.START;
      }
      return;
    }
    lineEnds = 0;
    starts[(int) (characters & (starts.length - 1))] = from;
    characters++;
    end = to;
    state = automaton.next(state, value);
    int found = automaton.found(state);
    if (found > 0) {
      marks.mark(start(found), to);
    }
  }

  private long start(int length) {
    return starts[(int) ((characters - length) & (starts.length - 1))];
  }

  /**
   * The position before which nothing will be found any more.
   *
   * @param received the position of the next byte
   */
  long settled(long received) {
    int depth = automaton.depth(state);
    return depth > 0 ? start(depth) : received - unread.length();
  }

  /** Ends the stream here: the beginning of a value that is long enough counts as one. */
  void end(long received, Marks marks) {
    for (long from = received - unread.length(); unread.length() > 0; from++) {
      character((byte) unread.charAt(0), from, from + 1, marks);
      unread.deleteCharAt(0);
    }
    int depth = automaton.depth(state);
    if (depth >= Masking.SHORTEST) {
      marks.mark(start(depth), end);
    }
    state = Automaton.START;
    lineEnds = 0;
  }
}
