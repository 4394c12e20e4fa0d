package ci.assay.worker.report.markup;

import ci.assay.model.report.TestCase;
import java.io.IOException;

/**
 * Reads the tokens of tags and text: blanks, names, references. Tokens that are too long are
 * truncated. Not thread-safe.
 */
final class MarkupTokens {

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_VALUE = TestCase.MAX_STACK;
  private static final int LONGEST_REFERENCE = 12;

  private final ReportText text;

  MarkupTokens(ReportText text) {
    this.text = text;
  }

  void skipBlanks() throws IOException {
    while (MarkupSyntax.isBlank(text.peek())) {
      text.skip(1);
    }
  }

  /** Reads a name, without its prefix; empty if none begins here. */
  String name() throws IOException {
    StringBuilder name = new StringBuilder();
    int next = text.peek();
    while (MarkupSyntax.isNamePart(next)) {
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

  /**
   * Looks ahead at a name, with its prefix, without consuming it.
   *
   * @param from how many characters ahead it begins
   * @param longest how many characters are returned at most
   */
  String nameAhead(int from, int longest) throws IOException {
    StringBuilder name = new StringBuilder();
    int next = text.peek(from);
    while (MarkupSyntax.isNamePart(next) && name.length() < longest) {
      name.append((char) next);
      next = text.peek(from + name.length());
    }
    return name.toString();
  }

  /**
   * Reads the reference that begins with {@code &} here. If XML itself does not define it, its text
   * is taken literally.
   */
  void reference(StringBuilder value) throws IOException {
    StringBuilder name = new StringBuilder();
    int next = text.peek(1);
    while (isReferencePart(next) && name.length() < LONGEST_REFERENCE) {
      name.append((char) next);
      next = text.peek(1 + name.length());
    }
    int meant = next == ';' ? MarkupSyntax.meant(name.toString()) : -1;
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

  private static boolean isReferencePart(int each) {
    return MarkupSyntax.isNamePart(each) || each == '#';
  }

  /** Appends a character, unless the value is already too long. */
  static void append(StringBuilder value, char each) {
    if (value.length() < LONGEST_VALUE) {
      value.append(each);
    }
  }
}
