package ci.assay.worker.report.markup;

import ci.assay.model.TestCase;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML as far as it is XML, and goes on where a parser has to give up: at characters that are
 * forbidden, unknown entities, a second root, a tag that is broken or missing. It never fails,
 * holds no text, and follows nothing: a DOCTYPE is passed over and an entity that one may declare
 * stays as it is written. Not safe for use by many threads.
 *
 * <p>Of XML that is whole it tells what a parser tells ({@code MarkupScannerTest} compares). A
 * section that is opened and not closed hides everything up to the end of the next one; where it is
 * seen that this happened, the section is read again as if it had not been opened.
 */
public final class MarkupScanner {

  private static final int DEEPEST = 1_000;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_VALUE = TestCase.MAX_STACK;
  private static final int LONGEST_REFERENCE = 12;

  /** Of a file with more misplaced ends the rest is not read. */
  private static final int MOST_MISPLACED = 100_000;

  /** How often, and for how many characters altogether, it goes back. */
  private static final int MOST_RETURNS = 100;

  private static final long FARTHEST_RETURNS = 64L << 20;

  private static final String CDATA = "<![CDATA[";
  private static final String COMMENT = "<!--";
  private static final String DOCTYPE = "<!DOCTYPE";
  private static final Set<String> CASES =
      Set.of("testcase", "testsuite", "UnitTestResult", "test-case", "test");

  /** Their tags never stand in an attribute, but where its closing quote is missing. */
  private static final Set<String> KNOWN =
      Set.of(
          "testsuites",
          "testsuite",
          "testcase",
          "failure",
          "error",
          "skipped",
          "properties",
          "system-out",
          "system-err",
          "flakyFailure",
          "flakyError",
          "rerunFailure",
          "rerunError");

  private final ReportText text;
  private final MarkupHandler handler;
  private final MarkupAttributes attributes = new MarkupAttributes();
  private final Deque<String> open = new ArrayDeque<>();

  /** Where sections begin that are to be read as if they did not. */
  private final Set<Long> ignored = new HashSet<>();

  private long returned;
  private int misplaced;
  private int elements;

  /** A section that may have hidden what is none of its text; until the next tag. */
  private long suspect = -1;

  /** Where the last section ended. */
  private long sectionEnd = -1;

  private long troubleLine;
  private @Nullable String trouble;

  public MarkupScanner(ReportText text, MarkupHandler handler) {
    this.text = text;
    this.handler = handler;
  }

  /** Reads all of it. */
  public void scan() throws IOException {
    while (handler.wantsMore() && misplaced < MOST_MISPLACED) {
      int next = text.peek();
      if (next == ReportText.END) {
        atTheEnd();
        return;
      }
      if (next == '<') {
        markup();
      } else if (next == '&') {
        StringBuilder value = new StringBuilder();
        reference(value);
        tell(value);
      } else {
        text.upTo('<', '&', handler::text);
      }
    }
    if (misplaced >= MOST_MISPLACED) {
      note("too much of it is damaged");
    }
  }

  /** Why it could not be read as it is; null when it could. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** The first line that could not be read as it is. */
  public long troubleLine() {
    return troubleLine;
  }

  /** How many elements began. */
  public int elements() {
    return elements;
  }

  /** Only the first one counts: what follows may follow from it. */
  private void note(String why) {
    if (trouble == null) {
      trouble = why;
      troubleLine = text.line();
    }
  }

  private void atTheEnd() {
    String inner = open.peek();
    if (inner != null) {
      note("the file ends within <" + inner + ">");
    }
  }

  private void tell(CharSequence value) {
    handler.text(value.toString().toCharArray(), 0, value.length());
  }

  private void markup() throws IOException {
    int second = text.peek(1);
    if (second == '/' && isNameStart(text.peek(2))) {
      endTag();
    } else if (isNameStart(second)) {
      suspect = -1;
      startTag();
    } else if (second == '?') {
      skipPast('>');
    } else if (second == '!' && !ignored.contains(text.position())) {
      section();
    } else if (text.isAt(CDATA)) {
      text.skip(CDATA.length());
    } else {
      tell("<");
      text.skip(1);
    }
  }

  private void skipPast(char last) throws IOException {
    text.upTo(last, last, (characters, from, length) -> {});
    if (text.peek() != ReportText.END) {
      text.skip(1);
    }
  }

  // --- tags -------------------------------------------------------------------------------------

  private void startTag() throws IOException {
    text.skip(1);
    String name = name();
    attributes.clear();
    boolean isEmpty = false;
    boolean isOver = false;
    while (!isOver) {
      skipBlanks();
      int next = text.peek();
      if (next == ReportText.END) {
        open.push(name);
        return;
      }
      if (next == '>') {
        text.skip(1);
        isOver = true;
      } else if (next == '/' && text.peek(1) == '>') {
        text.skip(2);
        isEmpty = true;
        isOver = true;
      } else if (next == '<') {
        note("the tag <" + name + "> does not end");
        isOver = true;
      } else if (!attribute()) {
        open.push(name);
        return;
      }
    }
    begin(name, isEmpty);
  }

  private void begin(String name, boolean isEmpty) {
    elements++;
    handler.start(name, attributes);
    if (isEmpty) {
      handler.end(name);
    } else if (open.size() < DEEPEST) {
      open.push(name);
    } else {
      note("more than " + DEEPEST + " elements in each other");
    }
  }

  /** Whether it is there to its end. */
  private boolean attribute() throws IOException {
    String name = name();
    if (name.isEmpty()) {
      text.skip(1); // a stray quote, or the like
      return true;
    }
    skipBlanks();
    if (text.peek() != '=') {
      return text.peek() != ReportText.END;
    }
    text.skip(1);
    skipBlanks();
    int quote = text.peek();
    StringBuilder value = new StringBuilder();
    boolean isQuoted = quote == '"' || quote == '\'';
    boolean isWhole = isQuoted ? quoted(value) : unquoted(value);
    attributes.put(name, value.toString());
    return isWhole;
  }

  private boolean unquoted(StringBuilder value) throws IOException {
    int next = text.peek();
    while (next != ReportText.END && !isBlank(next) && next != '>' && next != '<') {
      append(value, (char) next);
      text.skip(1);
      next = text.peek();
    }
    return next != ReportText.END;
  }

  private boolean quoted(StringBuilder value) throws IOException {
    char quote = (char) text.peek();
    text.skip(1);
    while (true) {
      int next = text.peek();
      if (next == ReportText.END) {
        return false;
      }
      if (next == quote) {
        text.skip(1);
        return true;
      }
      if (next == '&') {
        reference(value);
      } else if (next == '<' && isKnownTag()) {
        note("the closing quote of an attribute is missing");
        return true;
      } else {
        append(value, isBlank(next) ? ' ' : (char) next);
        text.skip(next == '\r' && text.peek(1) == '\n' ? 2 : 1);
      }
    }
  }

  private static void append(StringBuilder value, char each) {
    if (value.length() < LONGEST_VALUE) {
      value.append(each);
    }
  }

  private boolean isKnownTag() throws IOException {
    int from = text.peek(1) == '/' ? 2 : 1;
    StringBuilder name = new StringBuilder();
    int next = text.peek(from);
    while (isNamePart(next) && name.length() < LONGEST_REFERENCE) {
      name.append((char) next);
      next = text.peek(from + name.length());
    }
    return !isNamePart(next) && KNOWN.contains(name.toString());
  }

  private void endTag() throws IOException {
    long start = text.position();
    long line = text.line();
    text.skip(2);
    String name = name();
    int next = text.peek();
    while (next != ReportText.END && next != '>' && next != '<') {
      text.skip(1);
      next = text.peek();
    }
    if (next == '>') {
      text.skip(1);
    }
    String inner = open.peek();
    if (name.equals(inner)) {
      suspect = -1;
      open.pop();
      handler.end(name);
    } else if (suspect < 0 || !goBack(suspect)) {
      suspect = -1;
      misplaced(name, inner, line, start);
    }
  }

  private void misplaced(String name, @Nullable String inner, long line, long start) {
    misplaced++;
    if (trouble == null) {
      trouble =
          inner == null
              ? "</" + name + "> ends what did not begin"
              : "</" + name + "> stands where </" + inner + "> is expected";
      troubleLine = line;
    }
    if (start >= 0 && open.contains(name)) {
      String ended = open.pop();
      handler.end(ended);
      while (!ended.equals(name)) {
        ended = open.pop();
        handler.end(ended);
      }
    }
  }

  // --- sections: comments, CDATA, DOCTYPE -----------------------------------------------------

  private void section() throws IOException {
    if (text.isAt(CDATA)) {
      characters();
    } else if (text.isAt(COMMENT)) {
      suspect = -1;
      comment();
    } else if (text.isAt(DOCTYPE) || text.isAt("<!doctype")) {
      suspect = -1;
      documentType();
    } else {
      tell("<!");
      text.skip(2);
    }
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
    StringBuilder name = new StringBuilder();
    int next = text.peek(1);
    while (isNamePart(next) && name.length() < 2 * LONGEST_REFERENCE) {
      name.append((char) next);
      next = text.peek(1 + name.length());
    }
    return CASES.contains(name.toString());
  }

  private void characters() throws IOException {
    long start = text.position();
    boolean goesOn = start == sectionEnd; // one is split where its text has ]]>
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
      tell(String.valueOf((char) next));
      text.skip(1);
    }
    sectionEnd = text.position();
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

  // --- small things -----------------------------------------------------------------------------

  private void skipBlanks() throws IOException {
    while (isBlank(text.peek())) {
      text.skip(1);
    }
  }

  /** A name without its prefix; empty where none begins. */
  private String name() throws IOException {
    StringBuilder name = new StringBuilder();
    int next = text.peek();
    while (isNamePart(next)) {
      if (next == ':') {
        name.setLength(0);
      } else if (name.length() < LONGEST_NAME) {
        name.append((char) next);
      }
      text.skip(1);
      next = text.peek();
    }
    return name.toString();
  }

  /** Adds what a reference stands for, or itself where it stands for nothing that is known. */
  private void reference(StringBuilder value) throws IOException {
    StringBuilder name = new StringBuilder();
    int next = text.peek(1);
    while (next != ';' && (isNamePart(next) || next == '#') && name.length() < LONGEST_REFERENCE) {
      name.append((char) next);
      next = text.peek(1 + name.length());
    }
    int meant = next == ';' ? meant(name.toString()) : -1;
    if (meant < 0) {
      append(value, '&');
      text.skip(1);
    } else {
      for (char each : Character.toChars(meant)) {
        append(value, each);
      }
      text.skip(name.length() + 2);
    }
  }

  private static int meant(String reference) {
    return switch (reference) {
      case "lt" -> '<';
      case "gt" -> '>';
      case "amp" -> '&';
      case "quot" -> '"';
      case "apos" -> '\'';
      default -> reference.startsWith("#") ? numbered(reference.substring(1)) : -1;
    };
  }

  private static int numbered(String number) {
    try {
      boolean isHex = number.startsWith("x") || number.startsWith("X");
      int each = isHex ? Integer.parseInt(number.substring(1), 16) : Integer.parseInt(number);
      boolean isHalf = each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE;
      boolean isNone = each < 0 || each > Character.MAX_CODE_POINT || (each & 0xfffe) == 0xfffe;
      boolean isForbidden = isHalf || isNone || ReportText.isForbidden(each);
      return isForbidden ? 0xfffd : each;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static boolean isBlank(int each) {
    return each == ' ' || each == '\n' || each == '\t' || each == '\r';
  }

  private static boolean isNameStart(int each) {
    return each >= 0 && (Character.isLetter(each) || each == '_' || each == ':');
  }

  private static boolean isNamePart(int each) {
    return each >= 0
        && (Character.isLetterOrDigit(each)
            || each == '_'
            || each == ':'
            || each == '-'
            || each == '.');
  }
}
