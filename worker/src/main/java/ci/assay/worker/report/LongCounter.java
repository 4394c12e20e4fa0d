package ci.assay.worker.report;

/**
 * Counts occurrences of numbers, in a quarter of the memory of a map of objects. Not thread-safe.
 */
final class LongCounter {

  private static final int SMALLEST = 64;

  private long[] keys = new long[SMALLEST];

  /** The count of the key at the same index; 0 where there is no key. */
  private int[] counts = new int[SMALLEST];

  private int size;

  /** How often the number was counted. */
  int count(long key) {
    return counts[slot(key)];
  }

  /** Counts the number once more; returns the new count. */
  int add(long key) {
    int slot = slot(key);
    if (counts[slot] == 0) {
      if (2 * ++size > counts.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
    }
    return ++counts[slot];
  }

  /** How many different numbers were counted. */
  int size() {
    return size;
  }

  void clear() {
    if (size > 0) {
      keys = new long[SMALLEST];
      counts = new int[SMALLEST];
      size = 0;
    }
  }

  /** The index of the key, or the free index where it would be put. */
  private int slot(long key) {
    int mask = counts.length - 1;
    int slot = Long.hashCode(key * 0x9E3779B97F4A7C15L) & mask;
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new int[2 * oldCounts.length];
    for (int i = 0; i < oldCounts.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }
}
