package ci.assay.worker.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The forms in which a value is looked for. All of them are strings of bytes, one character for
 * each byte.
 */
final class SecretForms {

  private static final int BITS_OF_BYTE = 8;
  private static final int BITS_OF_DIGIT = 6;

  private SecretForms() {}

  /** The value, and each of its lines that is long enough, without the blanks around it. */
  static Set<String> parts(String value) {
    Set<String> parts = new TreeSet<>(List.of(value));
    value
        .lines()
        .map(String::strip)
        .filter(line -> line.getBytes(UTF_8).length >= Masking.SHORTEST)
        .forEach(parts::add);
    return parts;
  }

  /**
   * The text itself, which views also find where its characters are escaped; and with the {@code +}
   * that stands for a blank in forms.
   */
  static Set<String> plain(String part) {
    String bytes = new String(part.getBytes(UTF_8), ISO_8859_1);
    return new TreeSet<>(List.of(bytes, bytes.replace(' ', '+')));
  }

  /** In Base64 of both alphabets and at each position, and in hexadecimal digits. */
  static Set<String> coded(String part) {
    byte[] bytes = part.getBytes(UTF_8);
    Set<String> all = new TreeSet<>();
    for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (int before = 0; before < 3; before++) {
        all.add(base64(encoder, bytes, before));
      }
    }
    all.add(HexFormat.of().formatHex(bytes));
    all.add(HexFormat.of().withUpperCase().formatHex(bytes));
    return all;
  }

  /**
   * The digits that depend on the value alone.
   *
   * @param before how many bytes are before it in its group of three
   */
  private static String base64(Base64.Encoder encoder, byte[] value, int before) {
    byte[] padded = new byte[before + value.length];
    System.arraycopy(value, 0, padded, before, value.length);
    String digits = encoder.encodeToString(padded);
    int from = (before * BITS_OF_BYTE + BITS_OF_DIGIT - 1) / BITS_OF_DIGIT;
    return digits.substring(from, padded.length * BITS_OF_BYTE / BITS_OF_DIGIT);
  }
}
