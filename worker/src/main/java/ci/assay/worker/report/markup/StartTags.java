package ci.assay.worker.report.markup;

import java.io.IOException;
import java.util.Set;

/**
 * Reads start tags, even with errors: values without quotes, a missing closing quote, a tag that
 * does not end. Not thread-safe.
 */
final class StartTags {

  /** How a start tag ends. */
  enum Ending {
    /** The element has an end tag. */
    OPEN,
    /** The element is empty and has no end tag. */
    EMPTY,
    /** The text ended within the tag. */
    CUT
  }

  /** A tag of these in the value of an attribute means that its closing quote is missing. */
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

  /** Longer than each of these names. */
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
   * Reads a tag to its end.
   *
   * @param name of its element, which has been read already
   * @param attributes receives the attributes
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

  /** Reads an attribute; returns false when the text ends within it. */
  private boolean attribute(MarkupAttributes attributes) throws IOException {
    String name = tokens.name();
    if (name.isEmpty()) {
      text.skip(1); // a stray quote or similar
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
