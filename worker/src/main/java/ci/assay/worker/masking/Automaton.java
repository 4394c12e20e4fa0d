package ci.assay.worker.masking;

import java.util.Arrays;
import java.util.Collection;

/**
 * An automaton of Aho and Corasick: in each state it knows the longest end of the input so far that
 * is the beginning of a pattern. A step takes constant time on average, for any patterns.
 * Immutable.
 */
final class Automaton {

  /** The state before any input. */
  static final int START = 0;

  private static final int NONE = -1;

  private final int[] first = new int[256];
  private int[] child = new int[64];
  private int[] sibling = new int[64];
  private byte[] label = new byte[64];
  private int[] shorter = new int[64];
  private int[] depth = new int[64];
  private int[] found = new int[64];
  private int count;
  private int deepest;

  private Automaton() {
    Arrays.fill(first, START);
    var unused = newState((byte) 0, 0);
  }

  /**
   * Looks for these patterns.
   *
   * @param patterns none empty, one character for each byte
   */
  static Automaton of(Collection<String> patterns) {
    Automaton made = new Automaton();
    patterns.forEach(made::add);
    made.link();
    return made;
  }

  private int newState(byte by, int at) {
    if (count == child.length) {
      int size = count * 2;
      child = Arrays.copyOf(child, size);
      sibling = Arrays.copyOf(sibling, size);
      label = Arrays.copyOf(label, size);
      shorter = Arrays.copyOf(shorter, size);
      depth = Arrays.copyOf(depth, size);
      found = Arrays.copyOf(found, size);
    }
    child[count] = NONE;
    sibling[count] = NONE;
    label[count] = by;
    depth[count] = at;
    deepest = Math.max(deepest, at);
    return count++;
  }

  private void add(String pattern) {
    int state = START;
    for (int i = 0; i < pattern.length(); i++) {
      byte by = (byte) pattern.charAt(i);
      int next = childOf(state, by);
      if (next == NONE) {
        next = newState(by, i + 1);
        sibling[next] = child[state];
        child[state] = next;
      }
      state = next;
    }
    found[state] = pattern.length();
  }

  /** The children of a state come after it, so states in the order of their depth are complete. */
  private void link() {
    int[] queue = new int[count];
    int end = 0;
    for (int each = child[START]; each != NONE; each = sibling[each]) {
      first[label[each] & 0xff] = each;
      queue[end++] = each;
    }
    for (int begin = 0; begin < end; begin++) {
      int state = queue[begin];
      for (int each = child[state]; each != NONE; each = sibling[each]) {
        shorter[each] = next(shorter[state], label[each]);
        found[each] = Math.max(found[each], found[shorter[each]]);
        queue[end++] = each;
      }
    }
  }

  private int childOf(int state, byte by) {
    for (int each = child[state]; each != NONE; each = sibling[each]) {
      if (label[each] == by) {
        return each;
      }
    }
    return NONE;
  }

  /** The state after one more byte. */
  int next(int state, byte by) {
    for (int from = state; from != START; from = shorter[from]) {
      int next = childOf(from, by);
      if (next != NONE) {
        return next;
      }
    }
    return first[by & 0xff];
  }

  /** How many of the last bytes are the beginning of a pattern. */
  int depth(int state) {
    return depth[state];
  }

  /** The length of the longest pattern that the input ends with; 0 for none. */
  int found(int state) {
    return found[state];
  }

  /** The length of the longest pattern. */
  int deepest() {
    return deepest;
  }
}
