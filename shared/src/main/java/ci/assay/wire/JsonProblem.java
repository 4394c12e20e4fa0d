package ci.assay.wire;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Turns a Jackson exception into one line that names the field. */
final class JsonProblem {

  /** The beginning of Jackson's message for a field of a primitive type that is null or missing. */
  private static final String NULL_PRIMITIVE = "Cannot map `null` into type";

  /** The message is cut to this length, since it may quote a long value. */
  private static final int LONGEST = 500;

  private JsonProblem() {}

  static InvalidInputException of(IOException e) {
    String words =
        e instanceof StreamReadException
            ? "not JSON: " + firstLine(e)
            : e instanceof JsonMappingException mapping ? inWords(mapping) : firstLine(e);
    return new InvalidInputException(Texts.line(words, LONGEST), e);
  }

  private static String inWords(JsonMappingException e) {
    List<Reference> path = e.getPath();
    String text = firstLine(e);
    if (text.startsWith(NULL_PRIMITIVE) && !path.isEmpty()) {
      Reference last = path.get(path.size() - 1);
      return prefix(path.subList(0, path.size() - 1))
          + "field '"
          + last.getFieldName()
          + "' is missing";
    }
    return prefix(path) + text;
  }

  private static String prefix(List<Reference> path) {
    String names =
        path.stream()
            .map(Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return names.isEmpty() ? "" : names + ": ";
  }

  /**
   * The first line of the message of the innermost cause, which may be from a compact constructor.
   */
  private static String firstLine(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text =
        root instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : String.valueOf(root.getMessage());
    return text.lines().findFirst().orElse(root.getClass().getSimpleName());
  }
}
