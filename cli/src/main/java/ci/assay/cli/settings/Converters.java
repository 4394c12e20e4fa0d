package ci.assay.cli.settings;

import ci.assay.common.AssayException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/** Converts text into the values of options, from the command line and from other sources. */
public final class Converters {

  private final Map<Class<?>, Function<String, ?>> byType = new LinkedHashMap<>();

  /**
   * Adds a converter.
   *
   * @param reads throws an {@link AssayException} whose message says what is wrong
   */
  public <T> Converters with(Class<T> type, Function<String, T> reads) {
    byType.put(type, reads);
    return this;
  }

  /** Registers the converters with a command and its subcommands. */
  public void registerWith(CommandLine commandLine) {
    byType.forEach((type, reads) -> register(commandLine, type, reads));
  }

  @SuppressWarnings("unchecked")
  private static <T> void register(
      CommandLine commandLine, Class<T> type, Function<String, ?> reads) {
    ITypeConverter<T> converter =
        text -> {
          try {
            return (T) reads.apply(text);
          } catch (AssayException e) {
            throw new TypeConversionException(e.getMessage());
          }
        };
    commandLine.registerConverter(type, converter);
  }

  /** The errors in {@code text} as a value of an option, one line each. */
  List<String> problemsWith(ArgSpec option, String text) {
    List<String> problems = new ArrayList<>();
    Function<String, ?> reads = byType.get(elementType(option));
    if (reads == null) {
      return problems;
    }
    for (String each : option.splitRegex().isEmpty() ? List.of(text) : split(option, text)) {
      try {
        var unused = reads.apply(each);
      } catch (AssayException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  private static List<String> split(ArgSpec option, String text) {
    return List.of(text.split(option.splitRegex(), -1));
  }

  private static @Nullable Class<?> elementType(ArgSpec option) {
    return option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
  }
}
