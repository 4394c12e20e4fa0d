package ci.assay.worker.report.markup;

/** The character classes of XML, and the meaning of its references. */
final class MarkupSyntax {

  private static final int REPLACEMENT = 0xfffd;

  private MarkupSyntax() {}

  /**
   * The code point that a reference stands for; -1 if XML itself does not define it.
   *
   * @param reference the text between {@code &} and {@code ;}
   */
  static int meant(String reference) {
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
      return isForbidden ? REPLACEMENT : each;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  static boolean isBlank(int each) {
    return each == ' ' || each == '\n' || each == '\t' || each == '\r';
  }

  static boolean isNameStart(int each) {
    return each >= 0 && (Character.isLetter(each) || each == '_' || each == ':');
  }

  static boolean isNamePart(int each) {
    return each >= 0
        && (Character.isLetterOrDigit(each)
            || each == '_'
            || each == ':'
            || each == '-'
            || each == '.');
  }
}
