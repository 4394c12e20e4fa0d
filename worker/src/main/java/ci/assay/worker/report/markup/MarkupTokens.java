package ci.assay.worker.report.markup;

import ci.assay.model.report.TestCase;
import java.io.IOException;

/**
 * Reads what tags and text are made of: blanks, names, references. What is too long is cut. Not
 * safe for use by many threads.
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

  /** A name without its prefix; empty where none begins. */
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
   * A name that stays, with its prefix.
   *
   * @param from how far ahead it begins
   * @param longest of a longer one its beginning
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
   * What {@code &} begins here; as it is written where it is no reference that XML itself knows.
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

  /** As long as it is not too long. */
  static void append(StringBuilder value, char each) {
    if (value.length() < LONGEST_VALUE) {
      value.append(each);
    }
  }
}
