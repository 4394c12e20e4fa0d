package ci.assay.worker.checkout;

import ci.assay.common.PathPattern;
import ci.assay.common.Sizes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The {@code .gitattributes} that apply in a folder: its own and those of the folders above it.
 * Only attributes that change what is written to the work tree are kept.
 */
final class AttributeScope {

  /** No attributes. */
  static final AttributeScope NONE = new AttributeScope(null, "", Key.NONE, List.of(), Map.of(), 0);

  /** The most bytes of all {@code .gitattributes} that apply in one folder. */
  private static final int LARGEST = 4 << 20;

  private static final int LONGEST_LINE = 2_048;
  private static final String SET = "\0set";
  private static final String UNSET = "\0unset";
  private static final String UNSPECIFIED = "\0unspecified";
  private static final String MACRO = "[attr]";
  private static final Set<String> RELEVANT =
      Set.of("text", "crlf", "eol", "filter", "ident", "working-tree-encoding");
  private static final Map<String, List<Word>> BUILT_IN =
      Map.of("binary", List.of(new Word("text", UNSET)));

  /**
   * Identifies a scope, so that it can be compared with one from an earlier checkout.
   *
   * @param depth how many folders the file is below the top
   */
  record Key(@Nullable Key outer, int depth, @Nullable ObjectId file) {
    static final Key NONE = new Key(null, 0, null);
  }

  /** The value that a line gives to one attribute or macro. */
  private record Word(String name, String value) {}

  /** One line. If its words contradict each other, the last one counts. */
  private record Rule(PathPattern pattern, List<Word> words) {}

  /** Checks that the time limit is not exceeded. */
  @FunctionalInterface
  interface Limit {
    void require() throws RefusedCommitException;
  }

  private final @Nullable AttributeScope outer;
  private final String folder;
  private final Key key;
  private final List<Rule> rules;
  private final Map<String, List<Word>> macros;
  private final int size;

  private AttributeScope(
      @Nullable AttributeScope outer,
      String folder,
      Key key,
      List<Rule> rules,
      Map<String, List<Word>> macros,
      int size) {
    this.outer = outer;
    this.folder = folder;
    this.key = key;
    this.rules = rules;
    this.macros = macros;
    this.size = size;
  }

  Key key() {
    return key;
  }

  boolean isEmpty() {
    return outer == null;
  }

  /**
   * The scope of a folder below, which has a {@code .gitattributes} of its own.
   *
   * @param path of the folder, with a slash at its end; empty for the top
   */
  AttributeScope with(String path, ObjectId id, String content) throws RefusedCommitException {
    requireSize(content.length());
    List<String[]> lines = new ArrayList<>();
    Map<String, String[]> definitions = new HashMap<>();
    content.lines().forEach(line -> read(line, path.isEmpty(), lines, definitions));
    Map<String, List<Word>> known = known(definitions);
    List<Rule> read = new ArrayList<>();
    for (String[] each : lines) {
      List<Word> words = words(each, known);
      if (!words.isEmpty()) {
        read.add(new Rule(PathPattern.parse(each[0]), words));
      }
    }
    int depth = (int) path.chars().filter(each -> each == '/').count();
    Key inner = new Key(key, depth, id);
    return new AttributeScope(this, path, inner, read, known, size + content.length());
  }

  /** All macros, including those with these definitions. */
  private Map<String, List<Word>> known(Map<String, String[]> definitions) {
    Map<String, List<Word>> before = isEmpty() ? BUILT_IN : macros;
    if (definitions.isEmpty()) {
      return before;
    }
    Map<String, List<Word>> known = new HashMap<>(before);
    definitions.keySet().forEach(name -> known.put(name, List.of()));
    definitions.forEach((name, words) -> known.put(name, words(words, known)));
    return known;
  }

  /**
   * Checks that one more file may be read.
   *
   * @param more its size in bytes
   * @throws RefusedCommitException when the files together would be too large
   */
  void requireSize(long more) throws RefusedCommitException {
    if (size + more > LARGEST) {
      throw new RefusedCommitException(
          "the commit's .gitattributes for one folder are larger than %s together"
              .formatted(Sizes.text(LARGEST)));
    }
  }

  /**
   * Splits a line into words. The first is its pattern or, in the definition of a macro, the name.
   */
  private static void read(
      String line, boolean isTop, List<String[]> lines, Map<String, String[]> definitions) {
    String text = line.replaceFirst("^[\\s\ufeff]+", "");
    if (text.isEmpty() || text.startsWith("#") || text.length() > LONGEST_LINE) {
      return;
    }
    if (text.startsWith(MACRO)) {
      String[] words = text.substring(MACRO.length()).strip().split("\\s+");
      if (isTop) {
        definitions.put(words[0], words);
      }
      return;
    }
    String pattern = text.startsWith("\"") ? quoted(text) : text.split("\\s", 2)[0];
    if (pattern == null || pattern.startsWith("!")) {
      return;
    }
    int length = text.startsWith("\"") ? quotedLength(text) : pattern.length();
    String[] words = (". " + text.substring(length)).split("\\s+");
    words[0] = pattern;
    lines.add(words);
  }

  private static int quotedLength(String text) {
    int at = 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, text.length());
  }

  /**
   * Unescapes a quoted pattern, only {@code \\\\} and {@code \\"}; null without a closing quote.
   */
  private static @Nullable String quoted(String text) {
    int length = quotedLength(text);
    return length < 2 || text.charAt(length - 1) != '"'
        ? null
        : text.substring(1, length - 1).replaceAll("\\\\([\\\\\"])", "$1");
  }

  /** The words that matter here, in their order. */
  private static List<Word> words(String[] texts, Map<String, List<Word>> macros) {
    List<Word> words = new ArrayList<>();
    for (int i = 1; i < texts.length; i++) {
      String text = texts[i];
      int equals = text.indexOf('=');
      String name = equals > 0 ? text.substring(0, equals) : text.replaceFirst("^[-!]", "");
      String value = equals > 0 ? text.substring(equals + 1) : SET;
      if (equals <= 0 && text.startsWith("-")) {
        value = UNSET;
      } else if (equals <= 0 && text.startsWith("!")) {
        value = UNSPECIFIED;
      }
      if (RELEVANT.contains(name) || macros.containsKey(name)) {
        words.add(new Word(name, value));
      }
    }
    return words;
  }

  /**
   * The attributes of a file.
   *
   * @param path from the top
   * @throws RefusedCommitException when there is no time left
   */
  FileAttributes of(String path, Limit limit) throws RefusedCommitException {
    Map<String, String> found = new HashMap<>();
    for (AttributeScope each = this; each != null; each = each.outer) {
      String inside = path.substring(each.folder.length());
      for (int i = each.rules.size() - 1; i >= 0; i--) {
        Rule rule = each.rules.get(i);
        limit.require();
        if (rule.pattern().matches(inside)) {
          add(rule.words(), found, limit);
        }
      }
    }
    return found.isEmpty() ? FileAttributes.NONE : attributes(found);
  }

  /**
   * Values that were found earlier win. A macro is also an attribute itself; it is expanded once.
   */
  private void add(List<Word> words, Map<String, String> found, Limit limit)
      throws RefusedCommitException {
    Deque<Iterator<Word>> open = new ArrayDeque<>();
    open.push(lastFirst(words));
    while (!open.isEmpty()) {
      Iterator<Word> last = open.element();
      if (!last.hasNext()) {
        open.remove();
        continue;
      }
      Word word = last.next();
      boolean isNew = found.putIfAbsent(word.name(), word.value()) == null;
      List<Word> meaning = macros.get(word.name());
      if (isNew && meaning != null && word.value().equals(SET)) {
        limit.require();
        open.push(lastFirst(meaning));
      }
    }
  }

  private static Iterator<Word> lastFirst(List<Word> words) {
    List<Word> reversed = new ArrayList<>(words);
    Collections.reverse(reversed);
    return reversed.iterator();
  }

  private static FileAttributes attributes(Map<String, String> found) {
    String filter = found.getOrDefault("filter", UNSPECIFIED);
    String encoding = found.getOrDefault("working-tree-encoding", UNSPECIFIED);
    return new FileAttributes(
        lineEnds(found),
        isText(filter) && !filter.equals("lfs"),
        SET.equals(found.get("ident")),
        isText(encoding) && !encoding.matches("(?i)utf-?8"));
  }

  private static boolean isText(String value) {
    return !value.isEmpty() && value.charAt(0) != '\0';
  }

  /** Without configuration lines end with LF, so only CR LF needs a conversion. */
  private static LineEnds lineEnds(Map<String, String> found) {
    String text = found.getOrDefault("text", UNSPECIFIED);
    if (!text.equals(SET) && !text.equals(UNSET) && !text.equals("auto") && !text.equals("input")) {
      text = found.getOrDefault("crlf", UNSPECIFIED);
    }
    if (text.equals(UNSET) || !"crlf".equals(found.get("eol"))) {
      return LineEnds.AS_THEY_ARE;
    }
    return text.equals("auto") ? LineEnds.CRLF_IF_TEXT : LineEnds.CRLF;
  }
}
