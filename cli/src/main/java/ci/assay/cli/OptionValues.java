package ci.assay.cli;

import ci.assay.model.Durations;
import ci.assay.model.InvalidInputException;
import ci.assay.observer.CommitSelection;
import java.time.Duration;

/** How the text of an option becomes a value, where the value's own type does not say it. */
final class OptionValues {

  private OptionValues() {}

  static Duration duration(String text) {
    Duration duration = Durations.parse(text);
    if (duration.isZero()) {
      throw new InvalidInputException("duration '" + text + "' is not longer than nothing");
    }
    return duration;
  }

  static CommitSelection selection(String text) {
    return switch (text) {
      case "every" -> CommitSelection.EVERY;
      case "latest" -> CommitSelection.LATEST;
      default -> throw new InvalidInputException("'" + text + "' is neither every nor latest");
    };
  }

  static boolean flag(String text) {
    return switch (text) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0" -> false;
      default -> throw new InvalidInputException("'" + text + "' is neither true nor false");
    };
  }
}
