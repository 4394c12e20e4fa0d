package ci.assay.worker.report.markup;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the characters of a report, and finds out its encoding. Bytes that are invalid in the
 * encoding, and characters that XML forbids, are replaced with U+FFFD. Holds only a small part of
 * the file at a time. Not thread-safe.
 */
public final class ReportText implements AutoCloseable {

  /** Returned instead of a character at the end of the file. */
  static final int END = -1;

  /** How many characters ahead can be looked at. */
  static final int LOOKAHEAD = 256;

  private static final int CHUNK = 32 * 1024;
  private static final int LONGEST_HEAD = 512;
  private static final char REPLACEMENT = '\uFFFD';
  private static final Pattern DECLARED =
      Pattern.compile("^\\s*<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']");

  private final Path file;
  private final ReadAllowance allowance;
  private final Charset charset;

  /** The length of the byte order mark, in bytes; 0 if there is none. */
  private final int mark;

  private Reader reader;
  private char[] buffer = new char[CHUNK + LOOKAHEAD];
  private int next;
  private int end;
  private boolean isOver;
  private boolean hasReplacement;

  /** The number of characters before the buffer; {@code linesBefore} is that of line feeds. */
  private long charactersBefore;

  private long linesBefore;

  private ReportText(
      Path file, ReadAllowance allowance, Charset charset, int mark, InputStream content) {
    this.file = file;
    this.allowance = allowance;
    this.charset = charset;
    this.mark = mark;
    this.reader = new InputStreamReader(content, charset);
  }

  /**
   * Opens a file; the caller closes what is returned.
   *
   * @param allowance charged for each byte; when it is used up, the text ends
   */
  public static ReportText open(Path file, ReadAllowance allowance) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      head = in.readNBytes(LONGEST_HEAD);
    }
    int mark = markOf(head);
    Charset charset = charsetOf(head);
    return new ReportText(file, allowance, charset, mark, content(file, allowance, mark));
  }

  private static InputStream content(Path file, ReadAllowance allowance, int from)
      throws IOException {
    InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    try {
      in.skipNBytes(from);
      return allowance.charging(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static boolean begins(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= head.length || (head[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static int markOf(byte[] head) {
    return begins(head, 0xef, 0xbb, 0xbf)
        ? 3
        : (begins(head, 0xfe, 0xff) || begins(head, 0xff, 0xfe)) ? 2 : 0;
  }

  /** The encoding. What the first bytes show takes precedence over the XML declaration. */
  private static Charset charsetOf(byte[] head) {
    if (begins(head, 0xef, 0xbb, 0xbf)) {
      return StandardCharsets.UTF_8;
    }
    if (begins(head, 0xfe, 0xff) || (head.length > 1 && head[0] == 0 && head[1] > 0)) {
      return StandardCharsets.UTF_16BE;
    }
    if (begins(head, 0xff, 0xfe) || (head.length > 1 && head[0] > 0 && head[1] == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    Matcher declared = DECLARED.matcher(new String(head, StandardCharsets.ISO_8859_1));
    return declared.find() ? named(declared.group(1)) : StandardCharsets.UTF_8;
  }

  /** The declared encoding, if the declaration itself is readable in it; else UTF-8. */
  private static Charset named(String name) {
    try {
      Charset charset = Charset.forName(name.toUpperCase(Locale.ROOT));
      byte[] ascii = "<?xml".getBytes(StandardCharsets.US_ASCII);
      return charset.canEncode() && Arrays.equals(ascii, "<?xml".getBytes(charset))
          ? charset
          : StandardCharsets.UTF_8;
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }

  /** The next character, without consuming it; {@link #END} at the end. */
  int peek() throws IOException {
    boolean isThere = next < end || fill(1);
    return isThere ? buffer[next] : END;
  }

  /** A character further ahead, without consuming it: 0 is the next one. */
  int peek(int ahead) throws IOException {
    boolean isThere = next + ahead < end || fill(ahead + 1);
    return isThere ? buffer[next + ahead] : END;
  }

  /** Whether the text continues with this. */
  boolean isAt(String expected) throws IOException {
    if (next + expected.length() > end && !fill(expected.length())) {
      return false;
    }
    for (int i = 0; i < expected.length(); i++) {
      if (buffer[next + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Consumes this many characters, which must have been looked at. */
  void skip(int count) {
    next += count;
  }

  /** Receives a part of the text. */
  @FunctionalInterface
  interface Part {
    void take(char[] characters, int from, int length);
  }

  /** Consumes the text before the next of two characters, and passes it on in one or more parts. */
  void upTo(char stop, char otherStop, Part taker) throws IOException {
    while (next < end || fill(1)) {
      int from = next;
      int at = from;
      while (at < end && buffer[at] != stop && buffer[at] != otherStop) {
        at++;
      }
      next = at;
      if (at > from) {
        taker.take(buffer, from, at - from);
      }
      if (at < end) {
        return;
      }
    }
  }

  /** The beginning of the text, without leading blanks; it is not consumed. */
  public String head() throws IOException {
    fill(LOOKAHEAD);
    String head = new String(buffer, next, end - next);
    return head.startsWith("\uFEFF") ? head.substring(1).stripLeading() : head.stripLeading();
  }

  /**
   * The next line without its line end, truncated if too long; null at the end.
   *
   * @param longest how many characters are returned at most
   */
  public @Nullable String nextLine(int longest) throws IOException {
    if (peek() == END) {
      return null;
    }
    StringBuilder line = new StringBuilder();
    upTo(
        '\n',
        '\n',
        (characters, from, length) ->
            line.append(characters, from, Math.min(length, longest - line.length())));
    skip(peek() == END ? 0 : 1);
    int length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      line.setLength(length - 1);
    }
    return line.toString();
  }

  /** A reader for the rest of the text. It is closed with this object. */
  public Reader reader() {
    return new Reader() {
      @Override
      public int read(char[] into, int offset, int length) throws IOException {
        if (length == 0 || peek() == END) {
          return length == 0 ? 0 : -1;
        }
        int count = Math.min(length, end - next);
        System.arraycopy(buffer, next, into, offset, count);
        ReportText.this.skip(count);
        return count;
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Whether the file has bytes that are invalid in its encoding; reads the file again if needed.
   */
  public boolean hasForeignBytes() throws IOException {
    if (!hasReplacement) {
      return false;
    }
    CharsetDecoder strict =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (Reader again = new InputStreamReader(content(file, allowance, mark), strict)) {
      char[] chunk = new char[CHUNK];
      int count = again.read(chunk);
      while (count >= 0) {
        count = again.read(chunk);
      }
      return false;
    } catch (CharacterCodingException e) {
      return true;
    }
  }

  public String encoding() {
    return charset.name();
  }

  /** The position of the next character in the whole text, in characters from 0. */
  long position() {
    return charactersBefore + next;
  }

  /** The line of the next character, from 1. */
  public long line() {
    return linesBefore + lineFeeds(next) + 1;
  }

  /** Goes back to an earlier position. */
  void goBackTo(long position) throws IOException {
    reader.close();
    reader = new InputStreamReader(content(file, allowance, mark), charset);
    charactersBefore = 0;
    linesBefore = 0;
    next = 0;
    end = 0;
    isOver = false;
    while (position() < position && fill(1)) {
      next += (int) Math.min(end - next, position - position());
    }
  }

  /**
   * Reads ahead; returns whether this many characters, at most {@link #LOOKAHEAD}, are available.
   */
  private boolean fill(int wanted) throws IOException {
    while (end - next < wanted && !isOver) {
      if (next > 0) {
        linesBefore += lineFeeds(next);
        charactersBefore += next;
        System.arraycopy(buffer, next, buffer, 0, end - next);
        end -= next;
        next = 0;
      }
      int count = reader.read(buffer, end, buffer.length - end);
      if (count < 0) {
        isOver = true;
      } else {
        clean(end, end + count);
        end += count;
      }
    }
    return end - next >= wanted;
  }

  private void clean(int from, int to) {
    for (int i = from; i < to; i++) {
      char each = buffer[i];
      hasReplacement |= each == REPLACEMENT;
      if (isForbidden(each) || each >= '\uFFFE') {
        buffer[i] = REPLACEMENT;
      }
    }
  }

  /** Whether it is a control character that XML forbids. */
  static boolean isForbidden(int control) {
    return control < ' ' && control != '\n' && control != '\r' && control != '\t';
  }

  private long lineFeeds(int length) {
    long count = 0;
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        count++;
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
