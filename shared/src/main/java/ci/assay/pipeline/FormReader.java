package ci.assay.pipeline;

import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Nearest;
import ci.assay.common.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML of a known form. It works on the parser's events, so each error has its line, and
 * stops at the first error. That bounds the depth of nesting. Aliases, with which a short file can
 * expand to a huge document, are refused.
 */
final class FormReader {

  private static final Set<String> NOTHING = Set.of("", "~", "null");
  private static final int LONGEST_QUOTE = 60;

  private final ParserImpl events;

  private FormReader(String yaml) {
    this.events = new ParserImpl(new StreamReader(yaml), new LoaderOptions());
  }

  /**
   * Reads one document.
   *
   * @return null if the document is empty
   * @throws InvalidInputException for the first error
   */
  static Node.@Nullable Members read(String yaml, Form.Fields form) {
    try {
      return new FormReader(yaml).document(form);
    } catch (ReaderException e) {
      throw placeOf(yaml, e)
          .wrong("character U+%04X is not allowed in YAML".formatted(e.getCodePoint()));
    } catch (MarkedYAMLException e) {
      String problem = String.valueOf(e.getProblem());
      throw e.getProblemMark() == null
          ? Place.wrongFile(problem, e)
          : Place.of(e.getProblemMark()).wrong(problem);
    } catch (YAMLException e) {
      throw Place.wrongFile(String.valueOf(e.getMessage()), e);
    }
  }

  private static Place placeOf(String yaml, ReaderException e) {
    int end =
        yaml.offsetByCodePoints(
            0, Math.min(e.getPosition(), yaml.codePointCount(0, yaml.length())));
    String before = yaml.substring(0, end);
    int line = (int) before.chars().filter(each -> each == '\n').count() + 1;
    return new Place(line, before.length() - before.lastIndexOf('\n'));
  }

  private Node.@Nullable Members document(Form.Fields form) {
    var unused = events.getEvent();
    if (events.peekEvent() instanceof StreamEndEvent) {
      return null;
    }
    unused = events.getEvent();
    Event first = events.getEvent();
    Node.Members all = null;
    if (!(first instanceof ScalarEvent scalar && isNothing(scalar))) {
      all = fields(first, null, form);
    }
    unused = events.getEvent();
    if (!(events.peekEvent() instanceof StreamEndEvent)) {
      throw wrong(events.peekEvent(), "there is a second YAML document; only one is allowed");
    }
    return all;
  }

  private static boolean isNothing(ScalarEvent scalar) {
    return scalar.getScalarStyle() == ScalarStyle.PLAIN && NOTHING.contains(scalar.getValue());
  }

  private Node node(String key, Form form) {
    Event event = events.getEvent();
    if (event instanceof AliasEvent alias) {
      throw wrong(
          event,
          "aliases such as '*%s' are not read; write the value out"
              .formatted(Texts.line(alias.getAnchor(), LONGEST_QUOTE)));
    }
    if (form instanceof Form.Either either) {
      if (event instanceof SequenceStartEvent) {
        return items(event, key, either.list());
      }
      if (event instanceof MappingStartEvent) {
        return fields(event, key, either.fields());
      }
      throw wrong(
          event,
          "'%s' must be %s, or %s"
              .formatted(key, either.list().expected(), either.fields().expected()));
    }
    if (form instanceof Form.ListOf list) {
      return items(event, key, list);
    }
    if (form instanceof Form.MapOf map) {
      return members(event, key, map);
    }
    if (form instanceof Form.Fields fields) {
      return fields(event, key, fields);
    }
    return value(event, key, form);
  }

  private Node.Items items(Event start, String key, Form.ListOf form) {
    if (!(start instanceof SequenceStartEvent)) {
      throw wrong(start, "'%s' must be %s".formatted(key, form.expected()));
    }
    List<Node> all = new ArrayList<>();
    while (!(events.peekEvent() instanceof SequenceEndEvent)) {
      if (all.size() == form.most()) {
        throw wrong(
            events.peekEvent(), "'%s' has more than %d entries".formatted(key, form.most()));
      }
      all.add(node(key, form.each()));
    }
    var unused = events.getEvent();
    if (all.isEmpty()) {
      throw wrong(start, "'%s' is empty; it must be %s".formatted(key, form.expected()));
    }
    return new Node.Items(all, at(start));
  }

  private Node.Members members(Event start, String key, Form.MapOf form) {
    if (!(start instanceof MappingStartEvent)) {
      throw wrong(start, "'%s' must have 'NAME: value' for each %s".formatted(key, form.what()));
    }
    Map<String, Node> all = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    while (!(events.peekEvent() instanceof MappingEndEvent)) {
      member(form, all, keys, name());
    }
    var unused = events.getEvent();
    if (all.isEmpty()) {
      throw wrong(start, "'%s' is empty; it must have at least one %s".formatted(key, form.what()));
    }
    return new Node.Members(all, keys, at(start));
  }

  private Node.Members fields(Event start, @Nullable String key, Form.Fields form) {
    if (!(start instanceof MappingStartEvent)) {
      throw wrong(
          start,
          key == null
              ? "expected " + form.expected()
              : "'%s' must be %s".formatted(key, form.expected()));
    }
    Map<String, Node> all = new LinkedHashMap<>();
    Map<String, Place> keys = new LinkedHashMap<>();
    while (!(events.peekEvent() instanceof MappingEndEvent)) {
      field(form, all, keys, name());
    }
    var unused = events.getEvent();
    for (Form.Key each : form.keys()) {
      if (each.required() && !all.containsKey(each.name())) {
        throw wrong(start, "'%s' is missing".formatted(each.name()));
      }
    }
    return new Node.Members(all, keys, at(start));
  }

  private void field(
      Form.Fields form, Map<String, Node> all, Map<String, Place> keys, ScalarEvent name) {
    String key = name.getValue();
    Form.Key known =
        form.keys().stream().filter(each -> each.name().equals(key)).findAny().orElse(null);
    Form.MapOf others = form.others();
    if (known != null) {
      note(keys, name);
      all.put(key, node(key, known.form()));
    } else if (others != null) {
      member(others, all, keys, name);
    } else {
      throw wrong(name, unknown(key, form.names()));
    }
  }

  private void member(
      Form.MapOf form, Map<String, Node> all, Map<String, Place> keys, ScalarEvent name) {
    String key = name.getValue();
    if (!form.names().matcher(key).matches()) {
      throw wrong(name, "'%s' cannot name a %s".formatted(quoted(key), form.what()));
    }
    if (all.size() == form.most()) {
      throw wrong(name, "there is more than %d times a %s".formatted(form.most(), form.what()));
    }
    note(keys, name);
    all.put(key, node(key, form.each()));
  }

  private static void note(Map<String, Place> keys, ScalarEvent name) {
    if (keys.put(name.getValue(), at(name)) != null) {
      throw wrong(name, "'" + quoted(name.getValue()) + "' is given twice");
    }
  }

  private static String unknown(String key, List<String> known) {
    String nearest = Nearest.to(Texts.line(key, LONGEST_QUOTE), known);
    return "unknown key '%s'; %s"
        .formatted(
            quoted(key),
            nearest != null
                ? "did you mean '" + nearest + "'?"
                : "known are "
                    + known.stream()
                        .map(each -> "'" + each + "'")
                        .collect(Collectors.joining(", ")));
  }

  private ScalarEvent name() {
    Event event = events.getEvent();
    if (event instanceof ScalarEvent scalar) {
      return scalar;
    }
    throw wrong(event, "a key must be one word");
  }

  private static Node.Value value(Event event, String key, Form form) {
    String text =
        event instanceof ScalarEvent scalar && !isNothing(scalar) ? scalar.getValue() : null;
    if (text != null && text.indexOf('\0') >= 0) {
      throw wrong(event, "'%s' must not have a NUL in it".formatted(key));
    }
    String problem = problem(key, form, text);
    if (problem != null) {
      throw wrong(event, problem);
    }
    boolean isAsIs = form instanceof Form.Text as && as.mayBeEmpty();
    return new Node.Value(isAsIs ? String.valueOf(text) : String.valueOf(text).strip(), at(event));
  }

  private static @Nullable String problem(String key, Form form, @Nullable String given) {
    String text = given == null ? "" : given.strip();
    if (form instanceof Form.Text as) {
      return textProblem(key, as, given);
    }
    if (form instanceof Form.Flag) {
      boolean isFlag = text.equals("true") || text.equals("false");
      return isFlag ? null : "'" + key + "' must be true or false";
    }
    if (form instanceof Form.Whole whole) {
      boolean isWithin =
          text.matches("[0-9]{1,6}")
              && Integer.parseInt(text) >= whole.least()
              && Integer.parseInt(text) <= whole.most();
      return isWithin
          ? null
          : "'%s' must be a whole number from %d to %d".formatted(key, whole.least(), whole.most());
    }
    if (form instanceof Form.Word word) {
      return word.words().contains(text)
          ? null
          : "'%s' must be one of %s".formatted(key, String.join(", ", word.words()));
    }
    if (form instanceof Form.Span span) {
      return text.isEmpty()
          ? "'" + key + "' must be a duration, such as 10m"
          : tooLong(key, text, span);
    }
    throw new IllegalArgumentException("no form of one value: " + form);
  }

  private static @Nullable String textProblem(String key, Form.Text form, @Nullable String given) {
    if (given == null || (given.isBlank() && !form.mayBeEmpty())) {
      return "'%s' must be %s".formatted(key, form.expected());
    }
    if (given.length() > form.longest()) {
      return "'%s' has %d characters; at most %d are allowed"
          .formatted(key, given.length(), form.longest());
    }
    boolean fits = form.pattern() == null || form.pattern().matcher(given.strip()).matches();
    return fits ? null : "'%s' is '%s', not %s".formatted(key, quoted(given), form.expected());
  }

  private static @Nullable String tooLong(String key, String text, Form.Span form) {
    try {
      Duration span = Durations.parsePositive(key, text);
      return span.compareTo(form.longest()) <= 0
          ? null
          : "%s is longer than %dh".formatted(key, form.longest().toHours());
    } catch (InvalidInputException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String quoted(String text) {
    return Texts.line(text, LONGEST_QUOTE);
  }

  private static Place at(Event event) {
    return Place.of(event.getStartMark());
  }

  private static InvalidInputException wrong(Event event, String why) {
    return at(event).wrong(why);
  }
}
