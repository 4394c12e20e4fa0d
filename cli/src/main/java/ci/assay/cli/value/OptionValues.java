package ci.assay.cli.value;

import ci.assay.common.Durations;
import ci.assay.common.InvalidInputException;
import ci.assay.observer.settings.CommitSelection;
import java.time.Duration;

/** Converts texts of options into values whose types have no conversion of their own. */
public final class OptionValues {

  private OptionValues() {}

  public static Duration duration(String text) {
    Duration duration = Durations.parse(text);
    if (duration.isZero()) {
      throw new InvalidInputException("duration '" + text + "' must be longer than zero");
    }
    return duration;
  }

  public static CommitSelection selection(String text) {
    return switch (text) {
      case "every" -> CommitSelection.EVERY;
      case "latest" -> CommitSelection.LATEST;
      default -> throw new InvalidInputException("'" + text + "' is neither every nor latest");
    };
  }

  public static boolean flag(String text) {
    return switch (text) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw new InvalidInputException("'" + text + "' is neither true nor false");
    };
  }
}
