package ci.assay.worker.report.markup;

import java.io.IOException;
import java.util.Set;

/**
 * Reads tags that begin an element, whatever is wrong with them: values without quotes, a quote
 * that is not closed, a tag that does not end. Not safe for use by many threads.
 */
final class StartTags {

  /** How one ends. */
  enum Ending {
    /** Its element has an end of its own. */
    OPEN,
    /** The element ends with it. */
    EMPTY,
    /** The text ended before it did. */
    CUT
  }

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

  /** Longer than each of them. */
  private static final int LONGEST_LOOKED_AT = 13;

  private final ReportText text;
  private final MarkupTokens tokens;
  private final FirstTrouble trouble;

  StartTags(ReportText text, MarkupTokens tokens, FirstTrouble trouble) {
    this.text = text;
    this.tokens = tokens;
    this.trouble = trouble;
  }

  /**
   * Reads one to its end.
   *
   * @param name of its element, which was read already
   * @param attributes get what it has
   */
  Ending read(String name, MarkupAttributes attributes) throws IOException {
    while (true) {
      tokens.skipBlanks();
      int next = text.peek();
      if (next == ReportText.END) {
        return Ending.CUT;
      }
      if (next == '>') {
        text.skip(1);
        return Ending.OPEN;
      }
      if (next == '/' && text.peek(1) == '>') {
        text.skip(2);
        return Ending.EMPTY;
      }
      if (next == '<') {
        trouble.note("the tag <" + name + "> does not end", text.line());
        return Ending.OPEN;
      }
      if (!attribute(attributes)) {
        return Ending.CUT;
      }
    }
  }

  /** Whether it is there to its end. */
  private boolean attribute(MarkupAttributes attributes) throws IOException {
    String name = tokens.name();
    if (name.isEmpty()) {
      text.skip(1); // a stray quote, or the like
      return true;
    }
    tokens.skipBlanks();
    if (text.peek() != '=') {
      return text.peek() != ReportText.END;
    }
    text.skip(1);
    tokens.skipBlanks();
    int quote = text.peek();
    StringBuilder value = new StringBuilder();
    boolean isQuoted = quote == '"' || quote == '\'';
    boolean isWhole = isQuoted ? quoted(value) : unquoted(value);
    attributes.put(name, value.toString());
    return isWhole;
  }

  private boolean unquoted(StringBuilder value) throws IOException {
    int next = text.peek();
    while (next != ReportText.END && !MarkupSyntax.isBlank(next) && next != '>' && next != '<') {
      MarkupTokens.append(value, (char) next);
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
        tokens.reference(value);
      } else if (next == '<' && isKnownTag()) {
        trouble.note("the closing quote of an attribute is missing", text.line());
        return true;
      } else {
        MarkupTokens.append(value, MarkupSyntax.isBlank(next) ? ' ' : (char) next);
        text.skip(next == '\r' && text.peek(1) == '\n' ? 2 : 1);
      }
    }
  }

  private boolean isKnownTag() throws IOException {
    int from = text.peek(1) == '/' ? 2 : 1;
    return KNOWN.contains(tokens.nameAhead(from, LONGEST_LOOKED_AT));
  }
}
