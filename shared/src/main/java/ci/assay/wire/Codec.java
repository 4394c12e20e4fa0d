package ci.assay.wire;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import ci.assay.message.InlineFiles;
import ci.assay.message.RefTips;
import ci.assay.model.Message;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import ci.assay.model.report.TestCase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns messages and stored files into JSON and back. Unknown fields are ignored, so that an older
 * reader understands a newer writer. An unknown {@code type} or {@code version} is refused. Safe
 * for use by many threads.
 */
public final class Codec {

  /** The version of every message that this code writes and the only one that it reads. */
  public static final int VERSION = 1;

  /** The most bytes of a message on the wire, except of results and lists of refs. */
  public static final int MAX_JOB_BYTES = 64 * 1024;

  /** The most bytes of a result on the wire; the worker shortens longer ones. */
  public static final int MAX_RESULT_BYTES = 256 * 1024;

  /** The most bytes of a list of refs on the wire; the observer leaves out refs of longer ones. */
  public static final int MAX_REFS_BYTES = 1024 * 1024;

  private static final int LONGEST_NAME = 100;

  private Codec() {}

  /** The message as UTF-8 JSON on one line, {@code type} and {@code version} first. */
  public static byte[] encode(Message message) {
    return write(Json.COMPACT, message);
  }

  /** As {@link #encode(Message)}, for a result with the short files of its run inside. */
  public static byte[] encode(Result result, InlineFiles files) {
    return files.equals(InlineFiles.NONE)
        ? encode(result)
        : FilesField.appended(encode(result), files);
  }

  /** The message as JSON for people: indented, with a final line feed. */
  public static byte[] encodePretty(Message message) {
    return pretty(message);
  }

  /** The content of {@code verdict.json}. */
  public static byte[] encodePretty(Verdict verdict) {
    return pretty(verdict);
  }

  /**
   * Records of the model, and collections of them, as JSON on one line, with times, ids and words
   * as in the files: for answers to other programs.
   */
  public static byte[] json(Object value) {
    return write(Json.COMPACT, value);
  }

  /** As {@link #json}, but indented and with a final line feed: for files that people read. */
  public static byte[] jsonFile(Object value) {
    return pretty(value);
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws InvalidInputException when it is not valid JSON of {@code type}
   */
  public static <T> T fromJson(byte[] json, Class<T> type) {
    return bind(json, type);
  }

  /** As {@link #json}, but as a string: what {@code --json} prints. */
  public static String line(Object value) {
    return new String(json(value), StandardCharsets.UTF_8);
  }

  /**
   * Reads any message that came over the wire.
   *
   * @throws InvalidInputException when it is not JSON, has an unknown type or version, is too long,
   *     or has a field missing or out of its range; the message says which, in one line
   */
  public static Message decode(byte[] json) {
    requireBound("message", json, MAX_REFS_BYTES);
    Class<? extends Message> type = typeOf(json);
    requireBound(MessageTypes.nameOf(type), json, boundOf(type));
    return bind(json, type);
  }

  /**
   * Reads a message of one type that came over the wire.
   *
   * @throws InvalidInputException as {@link #decode(byte[])}, and when it is of another type
   */
  public static <T extends Message> T decode(byte[] json, Class<T> type) {
    return cast(decode(json), type);
  }

  /**
   * Reads the files that travel in a result.
   *
   * @param json the JSON of a result that was decoded before
   * @throws InvalidInputException when they are not strings
   */
  public static InlineFiles inlineFiles(byte[] json) {
    InlineFiles files = bind(json, FilesField.class).files();
    return files == null ? InlineFiles.NONE : files;
  }

  /**
   * Reads a message from a file: as {@link #decode(byte[], Class)}, but of any length, since the
   * indented form is longer than what was sent.
   */
  public static <T extends Message> T decodeFile(byte[] json, Class<T> type) {
    return cast(bind(json, typeOf(json)), type);
  }

  /**
   * Reads the content of {@code verdict.json}.
   *
   * @throws InvalidInputException when it is not a verdict, or has an unknown version
   */
  public static Verdict decodeVerdict(byte[] json) {
    requireVersion("verdict", Envelope.of(json).version(), Verdict.VERSION);
    return bind(json, Verdict.class);
  }

  /** A test case as UTF-8 JSON on one line, with its line feed. */
  public static byte[] encodeLine(TestCase one) {
    return endingInALineFeed(write(Json.COMPACT, one));
  }

  /**
   * Reads a line of {@code tests.jsonl}.
   *
   * @throws InvalidInputException when it is not a test case
   */
  public static TestCase decodeTestCase(String line) {
    return bind(line.getBytes(StandardCharsets.UTF_8), TestCase.class);
  }

  private static Class<? extends Message> typeOf(byte[] json) {
    Envelope envelope = Envelope.of(json);
    String name = envelope.type();
    if (name == null) {
      throw new InvalidInputException("field 'type' is missing");
    }
    Class<? extends Message> type = MessageTypes.named(name);
    if (type == null) {
      throw new InvalidInputException(
          "message type '" + Texts.line(name, LONGEST_NAME) + "' is unknown");
    }
    requireVersion(name, envelope.version(), VERSION);
    return type;
  }

  private static void requireVersion(String name, int version, int understood) {
    if (version != understood) {
      throw new InvalidInputException(
          "version %d of '%s' is not understood; this Assay reads version %d"
              .formatted(version, name, understood));
    }
  }

  private static int boundOf(Class<? extends Message> type) {
    if (type == RefTips.class) {
      return MAX_REFS_BYTES;
    }
    return type == Result.class ? MAX_RESULT_BYTES : MAX_JOB_BYTES;
  }

  private static void requireBound(String what, byte[] json, int most) {
    if (json.length > most) {
      throw new InvalidInputException(
          "the %s has %d bytes; at most %d are allowed".formatted(what, json.length, most));
    }
  }

  private static <T extends Message> T cast(Message message, Class<T> type) {
    if (!type.isInstance(message)) {
      throw new InvalidInputException(
          "a message of type '%s' came where '%s' is expected"
              .formatted(MessageTypes.nameOf(message.getClass()), MessageTypes.nameOf(type)));
    }
    return type.cast(message);
  }

  private static <T> T bind(byte[] json, Class<T> type) {
    try {
      T value = Json.MAPPER.readValue(json, type);
      if (value == null) {
        throw new InvalidInputException("it is null");
      }
      return value;
    } catch (IOException e) {
      throw JsonProblem.of(e);
    }
  }

  private static byte[] pretty(Object value) {
    return endingInALineFeed(write(Json.PRETTY, value));
  }

  private static byte[] endingInALineFeed(byte[] text) {
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  private static byte[] write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write as JSON: " + value, e);
    }
  }
}
