package ci.assay.testing.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs at random: bits, bytes, ranges, numbers, words, and depth. */
final class Mutator {

  /** What decoders are known to stumble over, whatever they read. */
  private static final List<byte[]> ODD =
      List.of(
          bytes("0"),
          bytes("-1"),
          bytes("1e999"),
          bytes("2147483648"),
          bytes("-9223372036854775809"),
          bytes("999999999999999999999999"),
          bytes("null"),
          bytes("{}"),
          bytes("[]"),
          bytes("\"\""),
          bytes("\n"),
          bytes("\r\n"),
          bytes("\0"),
          bytes("\u001b[31m"),
          bytes("../"),
          bytes("%00"),
          bytes("\uFEFF"),
          bytes("\u2028"),
          bytes("\u202E"),
          bytes("\uD83D\uDE00"),
          new byte[] {(byte) 0xC0, (byte) 0x80},
          new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          new byte[] {(byte) 0xFF, (byte) 0xFE});

  private static final int MOST_CHANGES = 6;
  private static final int MOST_REPEATS = 20_000;

  private final Random random;
  private final List<byte[]> words;
  private final int longest;

  /**
   * @param words that mean something to the decoder
   * @param longest in bytes; what gets longer is cut
   */
  Mutator(Random random, List<byte[]> words, int longest) {
    this.random = random;
    this.words = words;
    this.longest = longest;
  }

  /** Another input, made of {@code input} and parts of {@code other}. */
  byte[] change(byte[] input, byte[] other) {
    byte[] changed = input;
    int changes = 1 + random.nextInt(MOST_CHANGES);
    for (int i = 0; i < changes; i++) {
      changed = once(changed, other);
    }
    return changed.length <= longest ? changed : Arrays.copyOf(changed, longest);
  }

  private byte[] once(byte[] input, byte[] other) {
    int from = at(input);
    int to = from + random.nextInt(1 + Math.min(64, input.length - from));
    return switch (random.nextInt(12)) {
      case 0 -> withByte(input, from, (byte) random.nextInt(256));
      case 1 ->
          input.length == 0
              ? input
              : withByte(
                  input,
                  from,
                  (byte) (input[Math.min(from, input.length - 1)] ^ 1 << random.nextInt(8)));
      case 2 -> replaced(input, from, to, new byte[0]);
      case 3 -> replaced(input, from, from, Arrays.copyOfRange(input, from, to));
      case 4 -> replaced(input, from, from, repeated(Arrays.copyOfRange(input, from, to)));
      case 5 -> replaced(input, from, to, part(other));
      case 6 -> replaced(input, from, from, word());
      case 7 -> replaced(input, from, to, word());
      case 8 -> number(input, from);
      case 9 -> Arrays.copyOf(input, from);
      case 10 -> replaced(input, from, from, repeated(word()));
      default -> replaced(input, from, to, randomBytes());
    };
  }

  private int at(byte[] input) {
    return random.nextInt(input.length + 1);
  }

  private byte[] word() {
    boolean isKnown = !words.isEmpty() && random.nextBoolean();
    return isKnown ? words.get(random.nextInt(words.size())) : ODD.get(random.nextInt(ODD.size()));
  }

  private byte[] part(byte[] other) {
    int from = at(other);
    return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
  }

  private byte[] randomBytes() {
    byte[] some = new byte[random.nextInt(16)];
    random.nextBytes(some);
    return some;
  }

  /** Mostly a few times, sometimes as often as fits: that finds what recurses, and what squares. */
  private byte[] repeated(byte[] what) {
    int most = random.nextInt(8) == 0 ? MOST_REPEATS : 8;
    int times = Math.min(1 + random.nextInt(most), longest / Math.max(1, what.length));
    ByteArrayOutputStream all = new ByteArrayOutputStream(what.length * Math.max(1, times));
    for (int i = 0; i < times; i++) {
      all.writeBytes(what);
    }
    return all.toByteArray();
  }

  /** The next number becomes another one. */
  private byte[] number(byte[] input, int start) {
    int from = start;
    while (from < input.length && !isDigit(input[from])) {
      from++;
    }
    int to = from;
    while (to < input.length && isDigit(input[to])) {
      to++;
    }
    byte[] number =
        random.nextBoolean()
            ? bytes(Long.toString(random.nextLong()))
            : bytes(Long.toString((1L << random.nextInt(63)) - random.nextInt(2)));
    return replaced(input, from, to, number);
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }

  private static byte[] withByte(byte[] input, int at, byte value) {
    byte[] changed = at < input.length ? input.clone() : Arrays.copyOf(input, input.length + 1);
    changed[Math.min(at, changed.length - 1)] = value;
    return changed;
  }

  /** The bytes from one place to another become others. */
  static byte[] replaced(byte[] input, int from, int to, byte[] by) {
    byte[] changed = new byte[input.length - (to - from) + by.length];
    System.arraycopy(input, 0, changed, 0, from);
    System.arraycopy(by, 0, changed, from, by.length);
    System.arraycopy(input, to, changed, from + by.length, input.length - to);
    return changed;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
