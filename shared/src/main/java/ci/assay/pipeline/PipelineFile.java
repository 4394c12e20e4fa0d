package ci.assay.pipeline;

import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Texts;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * What {@code .assay.yml} at a commit asks for.
 *
 * @param test the command or script to run; null where the file leaves that to the job
 * @param timeout how long it may run; null where the file does not say
 */
public record PipelineFile(@Nullable String test, @Nullable Duration timeout) {

  /** Its name at the top of the commit's tree. */
  public static final String NAME = ".assay.yml";

  /** The longest file that is read. */
  public static final int MAX_BYTES = 64 * 1024;

  /** It may quote the file. */
  private static final int LONGEST_COMPLAINT = 300;

  private static final YAMLFactory YAML = new YAMLFactory();

  /**
   * Reads the file's content.
   *
   * @throws InvalidInputException when it is not YAML, has a key that we don't know (a typo is not
   *     to be ignored in silence) or a value of the wrong form; names line and column
   */
  public static PipelineFile parse(byte[] yaml) {
    if (yaml.length > MAX_BYTES) {
      throw new InvalidInputException(
          "%s has %d bytes; at most %d are allowed".formatted(NAME, yaml.length, MAX_BYTES));
    }
    try (JsonParser tokens = YAML.createParser(yaml)) {
      return new Reader(tokens).read();
    } catch (JsonProcessingException e) {
      throw notYaml(e);
    } catch (IOException e) {
      throw wrong(null, "not readable as UTF-8: " + e.getMessage(), e);
    }
  }

  /** Walks the tokens instead of binding an object, so that each complaint has its line. */
  private static final class Reader {
    private final JsonParser tokens;
    private final Set<String> seen = new HashSet<>();
    private @Nullable String test;
    private @Nullable Duration timeout;

    Reader(JsonParser tokens) {
      this.tokens = tokens;
    }

    PipelineFile read() throws IOException {
      JsonToken first = tokens.nextToken();
      if (first == null || (first.isScalarValue() && tokens.getText().isBlank())) {
        return new PipelineFile(null, null);
      }
      if (first != JsonToken.START_OBJECT) {
        throw wrong("expected 'key: value' lines such as 'test: make test'");
      }
      while (tokens.nextToken() != JsonToken.END_OBJECT) {
        readKey(tokens.currentName());
      }
      if (tokens.nextToken() != null) {
        throw wrong("there is a second YAML document; only one is allowed");
      }
      return new PipelineFile(test, timeout);
    }

    private void readKey(String key) throws IOException {
      if (!seen.add(key)) {
        throw wrong("'" + key + "' is given twice");
      }
      switch (key) {
        case "test" -> test = scalar(key, "a command, such as 'make test'");
        case "timeout" -> timeout = duration(scalar(key, "a duration, such as 10m"));
        default -> throw wrong("unknown key '" + key + "'; known are 'test' and 'timeout'");
      }
    }

    private Duration duration(String text) {
      try {
        return Durations.parsePositive("timeout", text);
      } catch (InvalidInputException e) {
        throw wrong(e.getMessage());
      }
    }

    private String scalar(String key, String expected) throws IOException {
      JsonToken value = tokens.nextToken();
      String text = value != null && value.isScalarValue() ? tokens.getText().strip() : "";
      if (text.isEmpty() || value == JsonToken.VALUE_NULL) {
        throw wrong("'" + key + "' must be " + expected);
      }
      return text;
    }

    private InvalidInputException wrong(@Nullable String why) {
      return PipelineFile.wrong(tokens.currentTokenLocation(), String.valueOf(why), null);
    }
  }

  private static InvalidInputException wrong(
      @Nullable JsonLocation where, String why, @Nullable Throwable cause) {
    String place =
        where == null || where.getLineNr() < 1
            ? NAME
            : "%s line %d, column %d".formatted(NAME, where.getLineNr(), where.getColumnNr());
    return new InvalidInputException(place + ": " + Texts.line(why, LONGEST_COMPLAINT), cause);
  }

  private static InvalidInputException notYaml(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      Mark mark = marked.getProblemMark();
      return new InvalidInputException(
          "%s line %d, column %d: %s"
              .formatted(
                  NAME,
                  mark.getLine() + 1,
                  mark.getColumn() + 1,
                  Texts.line(String.valueOf(marked.getProblem()), LONGEST_COMPLAINT)),
          e);
    }
    String why = e.getOriginalMessage().lines().findFirst().orElse("not YAML");
    return wrong(e.getLocation(), why, e);
  }
}
