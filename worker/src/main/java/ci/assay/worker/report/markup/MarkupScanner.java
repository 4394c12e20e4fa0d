package ci.assay.worker.report.markup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML and continues at errors where an XML parser must stop: forbidden characters, unknown
 * entities, a second root, a broken or missing tag. It never fails on bad XML, does not hold the
 * text in memory and loads nothing: a DOCTYPE is skipped, and entities that it declares stay as
 * they are written. Not thread-safe.
 *
 * <p>For well-formed XML it reports the same as a parser ({@code MarkupScannerTest} compares them).
 * {@link StartTags} reads the tags, {@link MarkupSections} what begins with {@code <!}.
 */
public final class MarkupScanner {

  private static final int DEEPEST = 1_000;

  /** Reading stops after this many misplaced end tags. */
  private static final int MOST_MISPLACED = 100_000;

  private final ReportText text;
  private final MarkupHandler handler;
  private final FirstTrouble trouble = new FirstTrouble();
  private final MarkupAttributes attributes = new MarkupAttributes();
  private final Deque<String> open = new ArrayDeque<>();
  private final MarkupTokens tokens;
  private final StartTags tags;
  private final MarkupSections sections;
  private int misplaced;
  private int elements;

  public MarkupScanner(ReportText text, MarkupHandler handler) {
    this.text = text;
    this.handler = handler;
    this.tokens = new MarkupTokens(text);
    this.tags = new StartTags(text, tokens, trouble);
    this.sections = new MarkupSections(text, tokens, handler, open, trouble);
  }

  /** Reads the whole file. */
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
        tokens.reference(value);
        handler.text(value);
      } else {
        text.upTo('<', '&', handler::text);
      }
    }
    if (misplaced >= MOST_MISPLACED) {
      note("too much of it is damaged");
    }
  }

  /** The first error; null when there was none. */
  public @Nullable String trouble() {
    return trouble.words();
  }

  /** The line of the first error, from 1; 0 when there was none. */
  public long troubleLine() {
    return trouble.line();
  }

  /** How many elements began. */
  public int elements() {
    return elements;
  }

  private void note(String why) {
    trouble.note(why, text.line());
  }

  private void atTheEnd() {
    String inner = open.peek();
    if (inner != null) {
      note("the file ends within <" + inner + ">");
    }
  }

  private void markup() throws IOException {
    int second = text.peek(1);
    if (second == '/' && MarkupSyntax.isNameStart(text.peek(2))) {
      endTag();
    } else if (MarkupSyntax.isNameStart(second)) {
      sections.confirm();
      startTag();
    } else if (second == '?') {
      skipPast('>');
    } else if (second == '!' && sections.isHere()) {
      sections.read();
    } else {
      sections.readAsNone();
    }
  }

  private void skipPast(char last) throws IOException {
    text.upTo(last, last, (characters, from, length) -> {});
    if (text.peek() != ReportText.END) {
      text.skip(1);
    }
  }

  private void startTag() throws IOException {
    text.skip(1);
    String name = tokens.name();
    attributes.clear();
    switch (tags.read(name, attributes)) {
      case OPEN -> {
        begin(name);
        open(name);
      }
      case EMPTY -> {
        begin(name);
        handler.end(name);
      }
      case CUT -> open.push(name);
    }
  }

  private void begin(String name) {
    elements++;
    handler.start(name, attributes);
  }

  private void open(String name) {
    if (open.size() < DEEPEST) {
      open.push(name);
    } else {
      note("elements nested more than " + DEEPEST + " deep");
    }
  }

  private void endTag() throws IOException {
    long line = text.line();
    text.skip(2);
    String name = tokens.name();
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
      sections.confirm();
      open.pop();
      handler.end(name);
    } else if (!sections.doubt()) {
      misplaced(name, inner, line);
    }
  }

  private void misplaced(String name, @Nullable String inner, long line) {
    misplaced++;
    trouble.note(
        inner == null
            ? "</" + name + "> ends what did not begin"
            : "</" + name + "> stands where </" + inner + "> is expected",
        line);
    if (open.contains(name)) {
      String ended = open.pop();
      handler.end(ended);
      while (!ended.equals(name)) {
        ended = open.pop();
        handler.end(ended);
      }
    }
  }
}
