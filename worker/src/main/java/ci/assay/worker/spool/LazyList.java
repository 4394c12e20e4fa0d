package ci.assay.worker.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Lists whose elements are made each time that they are asked for, so that the messages of large
 * files are not in memory all at once.
 */
final class LazyList {

  private LazyList() {}

  /** Makes an element. */
  @FunctionalInterface
  interface Source<T> {
    T get(int index) throws IOException;
  }

  /** A list whose {@code get} throws {@link UncheckedIOException} when the source fails. */
  static <T> List<T> of(int size, Source<T> source) {
    return new Lazy<>(size, source);
  }

  /** The elements of several lists, one list after another. */
  static <T> List<T> joined(List<? extends List<? extends T>> parts) {
    int size = parts.stream().mapToInt(List::size).sum();
    return of(
        size,
        index -> {
          int left = index;
          for (List<? extends T> part : parts) {
            if (left < part.size()) {
              return part.get(left);
            }
            left -= part.size();
          }
          throw new IndexOutOfBoundsException(index);
        });
  }

  private static final class Lazy<T> extends AbstractList<T> implements RandomAccess {
    private final int size;
    private final Source<T> source;

    Lazy(int size, Source<T> source) {
      this.size = size;
      this.source = source;
    }

    @Override
    public T get(int index) {
      if (index < 0 || index >= size) {
        throw new IndexOutOfBoundsException(index);
      }
      try {
        return source.get(index);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int size() {
      return size;
    }
  }
}
