package ci.assay.worker.report.markup;

/** Is told what {@link MarkupScanner} finds. */
public interface MarkupHandler {

  /**
   * An element begins.
   *
   * @param element its name, without a prefix
   * @param attributes valid during the call
   */
  void start(String element, MarkupAttributes attributes);

  /** The element that began last, of those that did not end yet, ends. */
  void end(String element);

  /** Text, or a part of it. */
  void text(char[] characters, int from, int length);

  /** Text, or a part of it. */
  default void text(CharSequence value) {
    text(value.toString().toCharArray(), 0, value.length());
  }

  /** The text that follows may be taken back. */
  default void markText() {}

  /** Takes back the text since the mark: it was none. */
  default void forgetText() {}

  /** Whether the rest is of interest. */
  default boolean wantsMore() {
    return true;
  }
}
