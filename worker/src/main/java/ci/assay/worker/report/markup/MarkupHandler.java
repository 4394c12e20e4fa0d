package ci.assay.worker.report.markup;

/** Receives the elements and text that {@link MarkupScanner} finds. */
public interface MarkupHandler {

  /**
   * An element begins.
   *
   * @param element its name, without a prefix
   * @param attributes valid only during the call
   */
  void start(String element, MarkupAttributes attributes);

  /** The innermost open element ends. */
  void end(String element);

  /** Text, or a part of it. */
  void text(char[] characters, int from, int length);

  /** Text, or a part of it. */
  default void text(CharSequence value) {
    text(value.toString().toCharArray(), 0, value.length());
  }

  /** Marks a position in the text; the text that follows may be taken back. */
  default void markText() {}

  /** Takes back the text since the mark, because it turned out not to be text. */
  default void forgetText() {}

  /** Whether to go on reading. */
  default boolean wantsMore() {
    return true;
  }
}
