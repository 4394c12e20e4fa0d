package ci.assay.wire;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The two fields that decide how the rest of a message is read. We write them first, so that they
 * are found quickly, but they may be anywhere in the object.
 *
 * @param type null when there is none: a verdict file has only a version
 */
record Envelope(@Nullable String type, int version) {

  /**
   * Reads the two fields.
   *
   * @throws InvalidInputException when {@code json} is not an object, or its version is not an
   *     integer
   */
  static Envelope of(byte[] json) {
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException("not a JSON object");
      }
      return scan(parser);
    } catch (IOException e) {
      throw JsonProblem.of(e);
    }
  }

  private static Envelope scan(JsonParser parser) throws IOException {
    String type = null;
    Integer version = null;
    while ((type == null || version == null) && parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("type")) {
        type = parser.getText();
      } else if (field.equals("version")) {
        version = versionIn(parser);
      }
      parser.skipChildren();
    }
    if (version == null) {
      throw new InvalidInputException("field 'version' is missing");
    }
    return new Envelope(type, version);
  }

  private static int versionIn(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
      throw new InvalidInputException(
          "version is " + Texts.line(parser.getText(), 100) + ", not a whole number");
    }
    return parser.getIntValue();
  }
}
