package ci.assay.cli.mcp;

import ci.assay.cli.console.PlainText;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tool that a client can call.
 *
 * @param isReadOnly whether it changes nothing
 * @param action produces the lines of the answer
 */
record Tool(
    String name,
    String description,
    boolean isReadOnly,
    List<Arguments.Argument> arguments,
    Action action) {

  /** The most bytes of an answer. */
  static final int MAX_ANSWER = 16 * 1024;

  /** Room for the line that says how much was left out. */
  private static final int CLOSING = 100;

  /** Does what the tool is for. */
  @FunctionalInterface
  interface Action {
    List<String> lines(Arguments arguments) throws InterruptedException;
  }

  /** The JSON schema of the arguments. */
  Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    arguments.forEach(each -> properties.put(each.name(), each.schema()));
    return Map.of(
        "type",
        "object",
        "properties",
        properties,
        "required",
        arguments.stream()
            .filter(Arguments.Argument::isRequired)
            .map(Arguments.Argument::name)
            .toList(),
        "additionalProperties",
        false);
  }

  /** Calls the tool. A wrong argument, or a server that does not answer, is an error in words. */
  Answer answer(Map<String, Object> given) {
    try {
      return new Answer(bounded(action.lines(new Arguments(given, arguments))), false);
    } catch (InvalidInputException | CannotRunException e) {
      return new Answer(bounded(List.of(String.valueOf(e.getMessage()))), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer("interrupted", true);
    }
  }

  /** As many whole lines as fit, without control characters. */
  private static String bounded(List<String> lines) {
    StringBuilder text = new StringBuilder();
    int bytes = 0;
    int taken = 0;
    for (String each : lines) {
      String line = PlainText.line(each) + "\n";
      bytes += line.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_ANSWER - CLOSING) {
        break;
      }
      text.append(line);
      taken++;
    }
    int left = lines.size() - taken;
    return left == 0
        ? text.toString()
        : text + "[assay] %,d more lines do not fit in an answer%n".formatted(left);
  }
}
