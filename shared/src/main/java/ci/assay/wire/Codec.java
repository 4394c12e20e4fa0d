package ci.assay.wire;

import ci.assay.model.CommitId;
import ci.assay.model.InvalidInputException;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import ci.assay.model.Message;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.Started;
import ci.assay.model.Verdict;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Turns messages and stored files into JSON and back. Unknown fields are ignored, so that an older
 * reader understands a newer writer; an unknown {@code type} or {@code version} is refused. Safe
 * for use by many threads.
 */
public final class Codec {

  /** The version of every message that this code writes and the only one that it reads. */
  public static final int VERSION = 1;

  private static final Map<String, Class<? extends Message>> TYPES =
      Map.of("job", Job.class, "started", Started.class, "result", Result.class);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(values())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addMixIn(Started.class, MixIns.AboutJob.class)
          .addMixIn(Result.class, MixIns.AboutJob.class)
          .addMixIn(LogSummary.class, MixIns.OmitNull.class)
          .build();

  private Codec() {}

  /** The message as UTF-8 JSON on one line, {@code type} and {@code version} first. */
  public static byte[] encode(Message message) {
    try {
      return MAPPER.writeValueAsBytes(tree(message));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + message.id() + " as JSON", e);
    }
  }

  /** The message as JSON that a person reads: indented, with a final line feed. */
  public static byte[] encodePretty(Message message) {
    return pretty(tree(message));
  }

  /** The content of {@code verdict.json}. */
  public static byte[] encodePretty(Verdict verdict) {
    return pretty(MAPPER.valueToTree(verdict));
  }

  /** The verdict on one line, as {@code --json} prints it. */
  public static String line(Verdict verdict) {
    try {
      return MAPPER.writeValueAsString(verdict);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + verdict.commit() + " as JSON", e);
    }
  }

  /**
   * Reads any message.
   *
   * @throws InvalidInputException when it is not JSON, of an unknown type or version, or has a
   *     field missing or out of its bounds; the message says which
   */
  public static Message decode(byte[] json) {
    JsonNode node = parse(json);
    JsonNode type = node.path("type");
    Class<? extends Message> target = TYPES.get(type.asText());
    if (target == null) {
      throw new InvalidInputException("message type " + type + " is unknown");
    }
    requireVersion(node);
    return bind(node, target);
  }

  /**
   * Reads a message of one type.
   *
   * @throws InvalidInputException as {@link #decode(byte[])}, and when it is of another type
   */
  public static <T extends Message> T decode(byte[] json, Class<T> type) {
    Message message = decode(json);
    if (!type.isInstance(message)) {
      throw new InvalidInputException(
          "a "
              + typeOf(message)
              + " message came where a "
              + type.getSimpleName()
              + " is expected");
    }
    return type.cast(message);
  }

  /**
   * Reads the content of {@code verdict.json}.
   *
   * @throws InvalidInputException when it is none, or of an unknown version
   */
  public static Verdict decodeVerdict(byte[] json) {
    JsonNode node = parse(json);
    requireVersion(node);
    return bind(node, Verdict.class);
  }

  private static ObjectNode tree(Message message) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("type", typeOf(message)).put("version", VERSION);
    node.setAll((ObjectNode) MAPPER.valueToTree(message));
    if (message instanceof Result result) {
      node.set("about", tree(result.about()));
    }
    return node;
  }

  private static byte[] pretty(JsonNode node) {
    return (node.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String typeOf(Message message) {
    if (message instanceof Job) {
      return "job";
    }
    return message instanceof Started ? "started" : "result";
  }

  private static JsonNode parse(byte[] json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node == null || !node.isObject()) {
        throw new InvalidInputException("not a JSON object");
      }
      return node;
    } catch (IOException e) {
      throw new InvalidInputException("not JSON: " + firstLine(e), e);
    }
  }

  private static void requireVersion(JsonNode node) {
    JsonNode version = node.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new InvalidInputException(
          "version %s is not understood; this Assay reads version %d"
              .formatted(version.isMissingNode() ? "(none)" : version, VERSION));
    }
  }

  private static <T> T bind(JsonNode node, Class<T> type) {
    try {
      return MAPPER.treeToValue(node, type);
    } catch (JsonMappingException e) {
      throw new InvalidInputException(pathOf(e) + firstLine(e), e);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(firstLine(e), e);
    }
  }

  private static String pathOf(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    e.getPath().forEach(part -> path.append(part.getFieldName()).append(": "));
    return path.toString();
  }

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

  private static SimpleModule values() {
    return new SimpleModule()
        .addSerializer(CommitId.class, ToStringSerializer.instance)
        .addSerializer(JobId.class, ToStringSerializer.instance)
        .addSerializer(Outcome.class, new WordSerializer())
        .addDeserializer(CommitId.class, new TextDeserializer<>(CommitId.class, CommitId::new))
        .addDeserializer(JobId.class, new TextDeserializer<>(JobId.class, JobId::parse))
        .addDeserializer(Outcome.class, new TextDeserializer<>(Outcome.class, Outcome::ofWord));
  }
}
