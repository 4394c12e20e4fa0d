package ci.assay.worker.report.markup;

import java.io.IOException;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads comments, CDATA and DOCTYPE. One that is opened and not closed hides everything up to the
 * end of the next one; where it is seen that this happened, it is read again as if it had not been
 * opened. Not safe for use by many threads.
 */
final class MarkupSections {

  /** How often, and for how many characters altogether, it goes back. */
  private static final int MOST_RETURNS = 100;

  private static final long FARTHEST_RETURNS = 64L << 20;

  private static final String CDATA = "<![CDATA[";
  private static final String COMMENT = "<!--";
  private static final String DOCTYPE = "<!DOCTYPE";
  private static final Set<String> CASES =
      Set.of("testcase", "testsuite", "UnitTestResult", "test-case", "test");

  /** Longer than each of them. */
  private static final int LONGEST_LOOKED_AT = 24;

  private final ReportText text;
  private final MarkupTokens tokens;
  private final MarkupHandler handler;
  private final Deque<String> open;
  private final FirstTrouble trouble;

  /** Where sections begin that are to be read as if they did not. */
  private final Set<Long> ignored = new HashSet<>();

  private long returned;

  /** One that may have hidden what is none of its text; until the next tag. */
  private long suspect = -1;

  /** Where the last one ended. */
  private long lastEnd = -1;

  /**
   * @param open the elements that have begun; only looked at
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

  /** What follows a section fits, so it hid nothing. */
  void confirm() {
    suspect = -1;
  }

  /** What follows a section does not fit; whether it is read again for that. */
  boolean doubt() throws IOException {
    long start = suspect;
    suspect = -1;
    return start >= 0 && goBack(start);
  }

  /** Whether what begins here is to be read. */
  boolean isHere() {
    return !ignored.contains(text.position());
  }

  /** Reads what begins with {@code <!} here. */
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

  /** Reads it as if it did not begin here. */
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

  /** What a section seems to hide. */
  private final class Hidden {
    private final @Nullable String element = open.peek();
    private int begun;

    /** The end of the element around it, and not of one that began in it. */
    private boolean hasEnd;

    private boolean hasCase;
    private boolean hasCaseAfterEnd;
    private boolean hasSectionAfterCase;

    /** Looks at what begins with {@code <} here. */
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
    boolean goesOn = start == lastEnd; // one is split where its text has ]]>
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

  /** Of what it declares nothing is used; only inside of brackets a quoted text may have tags. */
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

  /** Reads a section again as if it did not begin; whether that may still be done. */
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
