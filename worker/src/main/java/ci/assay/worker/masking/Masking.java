package ci.assay.worker.masking;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the values of secrets by {@value #MASK}, in the forms that {@link SecretForms} lists.
 * Immutable, and safe for use by many threads.
 */
public final class Masking {

  /** What is written in place of a value; one for values that follow each other immediately. */
  public static final String MASK = "***";

  /** The length of the shortest value and line of a value that is masked, in bytes of UTF-8. */
  public static final int SHORTEST = 8;

  /** The length of the longest value that is masked, in bytes of UTF-8. */
  public static final int LONGEST = 8 * 1024;

  /** Masks nothing. */
  public static final Masking NONE = new Masking(null, null);

  private static final String CUT = "…";

  private final @Nullable Automaton plain;
  private final @Nullable Automaton coded;

  private Masking(@Nullable Automaton plain, @Nullable Automaton coded) {
    this.plain = plain;
    this.coded = coded;
  }

  /**
   * Masks these values.
   *
   * @param values each of {@link #SHORTEST} to {@link #LONGEST} bytes
   */
  public static Masking of(Collection<String> values) {
    if (values.isEmpty()) {
      return NONE;
    }
    Set<String> plain = new LinkedHashSet<>();
    Set<String> coded = new LinkedHashSet<>();
    for (String value : values) {
      int bytes = value.getBytes(StandardCharsets.UTF_8).length;
      if (bytes < SHORTEST || bytes > LONGEST) {
        throw new IllegalArgumentException("a secret of %d bytes".formatted(bytes));
      }
      for (String part : SecretForms.parts(value)) {
        plain.addAll(SecretForms.plain(part));
        coded.addAll(SecretForms.coded(part));
      }
    }
    return new Masking(Automaton.of(plain), Automaton.of(coded));
  }

  /** Whether there is anything to mask. */
  public boolean isNeeded() {
    return plain != null;
  }

  /** Masks bytes that arrive in chunks; for use by one thread at a time. */
  public MaskingStream stream() {
    return plain == null || coded == null
        ? new MaskingStream(List.of())
        : new MaskingStream(View.all(plain, coded));
  }

  /**
   * A text with all values masked. Before a {@code …}, where a longer text was cut, the beginning
   * of a value is masked, too, if it has {@link #SHORTEST} bytes or more.
   */
  public String text(String text) {
    if (!isNeeded()) {
      return text;
    }
    String masked = masked(text);
    if (!masked.contains(CUT)) {
      return masked;
    }
    return Stream.of(masked.split(CUT, -1)).map(this::masked).collect(Collectors.joining(CUT));
  }

  private String masked(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream masked = new ByteArrayOutputStream(bytes.length);
    MaskingStream stream = stream();
    stream.add(bytes, bytes.length, (from, offset, length) -> masked.write(from, offset, length));
    stream.end((from, offset, length) -> masked.write(from, offset, length));
    return stream.hasMasked() ? masked.toString(StandardCharsets.UTF_8) : text;
  }
}
