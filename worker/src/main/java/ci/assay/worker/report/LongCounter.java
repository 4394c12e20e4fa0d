package ci.assay.worker.report;

/**
 * How often each of many numbers was counted, in a quarter of the memory that a map of objects
 * takes. Not safe for use by many threads.
 */
final class LongCounter {

  private static final int SMALLEST = 64;

  private long[] keys = new long[SMALLEST];

  /** 0 where there is no key. */
  private int[] counts = new int[SMALLEST];

  private int size;

  /** How often it was counted. */
  int count(long key) {
    return counts[slot(key)];
  }

  /** Counts it once more; how often that is now. */
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

  /** How many numbers were counted. */
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

  /** Where it is, or where there is room for it. */
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
