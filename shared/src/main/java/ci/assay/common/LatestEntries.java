package ci.assay.common;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A map of limited size: adding an entry to a full map removes the oldest one. A new value does not
 * make an entry younger. Safe for use by many threads.
 */
public final class LatestEntries<K, V> {

  private final Map<K, V> entries;

  /**
   * @param most how many entries it keeps
   */
  public LatestEntries(int most) {
    this.entries =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  public synchronized @Nullable V get(K key) {
    return entries.get(key);
  }

  public synchronized void put(K key, V value) {
    entries.put(key, value);
  }

  /** As {@link Map#merge}, with a function that returns something. */
  public synchronized V merge(K key, V value, BinaryOperator<V> function) {
    return entries.merge(key, value, function);
  }

  public synchronized void remove(K key) {
    entries.remove(key);
  }
}
