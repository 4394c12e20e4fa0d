package ci.assay.worker.report.markup;

import java.io.IOException;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads comments, CDATA sections and DOCTYPE. A section that is opened but not closed hides
 * everything up to the end of the next one. Where this is noticed, the section is read again as if
 * it had not been opened. Not thread-safe.
 */
final class MarkupSections {

  /** How often a section may be read again. */
  private static final int MOST_RETURNS = 100;

  /** How many characters may be read again in total. */
  private static final long FARTHEST_RETURNS = 64L << 20;

  private static final String CDATA = "<![CDATA[";
  private static final String COMMENT = "<!--";
  private static final String DOCTYPE = "<!DOCTYPE";
  private static final Set<String> CASES =
      Set.of("testcase", "testsuite", "UnitTestResult", "test-case", "test");

  /** Longer than each of these names. */
  private static final int LONGEST_LOOKED_AT = 24;

  private final ReportText text;
  private final MarkupTokens tokens;
  private final MarkupHandler handler;
  private final Deque<String> open;
  private final FirstTrouble trouble;

  /** The positions of sections that are read as if they had not been opened. */
  private final Set<Long> ignored = new HashSet<>();

  private long returned;

  /**
   * The start of a section that may have hidden more than its text, until the next tag; else -1.
   */
  private long suspect = -1;

  /** The end of the last CDATA section; -1 before the first. */
  private long lastEnd = -1;

  /**
   * @param open the open elements; this object does not change them
   */
  MarkupSections(
      ReportText text,
      MarkupTokens tokens,
      MarkupHandler handler,
      Deque<String> open,
      FirstTrouble trouble) {
    this.text = text;
    this.tokens = tokens;
    this.handler = handler;
    this.open = open;
    this.trouble = trouble;
  }

  /** The tag after a section fits, so the section hid nothing. */
  void confirm() {
    suspect = -1;
  }

  /** The tag after a section does not fit; returns whether the section is read again. */
  boolean doubt() throws IOException {
    long start = suspect;
    suspect = -1;
    return start >= 0 && goBack(start);
  }

  /** Whether the section that begins here is to be read as one. */
  boolean isHere() {
    return !ignored.contains(text.position());
  }

  /** Reads the section that begins with {@code <!} here. */
  void read() throws IOException {
    if (text.isAt(CDATA)) {
      characters();
    } else if (text.isAt(COMMENT)) {
      suspect = -1;
      comment();
    } else if (text.isAt(DOCTYPE) || text.isAt("<!doctype")) {
      suspect = -1;
      documentType();
    } else {
      pass("<!");
    }
  }

  /** Reads the beginning of a section as if there were none. */
  void readAsNone() throws IOException {
    if (text.isAt(CDATA)) {
      text.skip(CDATA.length());
    } else {
      pass("<");
    }
  }

  private void pass(String asText) {
    handler.text(asText);
    text.skip(asText.length());
  }

  /** Keeps track of what a section seems to hide. */
  private final class Hidden {
    private final @Nullable String element = open.peek();
    private int begun;

    /** Whether it contains the end of the element around it, not of one that began in it. */
    private boolean hasEnd;

    private boolean hasCase;
    private boolean hasCaseAfterEnd;
    private boolean hasSectionAfterCase;

    /** Looks at the {@code <} here and what follows it. */
    void look(String section) throws IOException {
      boolean isEnd = text.peek(1) == '/';
      if (isEnd && element != null && text.isAt("</" + element)) {
        hasEnd |= begun-- == 0;
      } else if (element != null && text.isAt("<" + element)) {
        begun++;
      }
      if (!isEnd && isCase()) {
        hasCase = true;
        hasCaseAfterEnd |= hasEnd;
      } else if (hasCase && text.isAt(section)) {
        hasSectionAfterCase = true;
      }
    }
  }

  private boolean isCase() throws IOException {
    return CASES.contains(tokens.nameAhead(1, LONGEST_LOOKED_AT));
  }

  private void characters() throws IOException {
    long start = text.position();
    boolean goesOn = start == lastEnd; // a section is split where its text has ]]>
    if (!goesOn) {
      handler.markText();
      suspect = -1;
    }
    Hidden hidden = new Hidden();
    text.skip(CDATA.length());
    while (true) {
      text.upTo(']', '<', handler::text);
      int next = text.peek();
      if (next == ReportText.END) {
        if (!hidden.hasCase || !goBack(start)) {
          note("a CDATA section does not end");
        }
        return;
      }
      if (next == ']' && text.isAt("]]>")) {
        text.skip(3);
        break;
      }
      if (next == '<') {
        hidden.look(CDATA);
      }
      pass(String.valueOf((char) next));
    }
    lastEnd = text.position();
    if (!goesOn && hidden.hasCaseAfterEnd) {
      goBack(start);
    } else if (hidden.hasCase && suspect < 0) {
      suspect = start;
    }
  }

  private void comment() throws IOException {
    handler.markText();
    long start = text.position();
    Hidden hidden = new Hidden();
    text.skip(COMMENT.length());
    while (true) {
      text.upTo('-', '<', (characters, from, length) -> {});
      int next = text.peek();
      if (next == ReportText.END) {
        if (!hidden.hasCase || !goBack(start)) {
          note("a comment does not end");
        }
        return;
      }
      if (next == '-' && text.isAt("-->")) {
        text.skip(3);
        break;
      }
      if (next == '<') {
        hidden.look(COMMENT);
      }
      text.skip(1);
    }
    if (hidden.hasSectionAfterCase || (hidden.hasCase && hidden.hasEnd)) {
      goBack(start);
    }
  }

  /** Skips a DOCTYPE. Only quoted text inside its brackets may contain tags. */
  private void documentType() throws IOException {
    handler.markText();
    long start = text.position();
    text.skip(2);
    int brackets = 0;
    int quote = 0;
    while (true) {
      int next = text.peek();
      boolean isHiding = next == '<' && (quote == 0 || brackets <= 0) && isCase();
      if (next == ReportText.END || isHiding) {
        if (!goBack(start)) {
          note("the DOCTYPE does not end");
        }
        return;
      }
      if (next == '<' && quote == 0 && text.isAt(COMMENT)) {
        skipComment();
        continue;
      }
      text.skip(1);
      if (quote != 0) {
        quote = next == quote ? 0 : quote;
      } else if (next == '"' || next == '\'') {
        quote = next;
      } else if (next == '[' || next == ']') {
        brackets += next == '[' ? 1 : -1;
      } else if (next == '>' && brackets <= 0) {
        return;
      }
    }
  }

  private void skipComment() throws IOException {
    text.skip(COMMENT.length());
    while (text.peek() != ReportText.END && !text.isAt("-->")) {
      text.skip(1);
    }
  }

  /** Goes back to read a section again as if it had not been opened; false beyond the limits. */
  private boolean goBack(long start) throws IOException {
    returned += text.position();
    if (ignored.size() >= MOST_RETURNS || returned > FARTHEST_RETURNS || !ignored.add(start)) {
      return false;
    }
    suspect = -1;
    text.goBackTo(start);
    handler.forgetText();
    note("what begins here does not end where it should");
    return true;
  }

  private void note(String why) {
    trouble.note(why, text.line());
  }
}
