package ci.assay.cli;

import ci.assay.common.Nearest;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words picocli's errors about a command line, in one short line each. */
final class UsageErrors {

  private static final Pattern INVALID_VALUE =
      Pattern.compile(
          "Invalid value for (?:option|positional parameter)(?: at index \\S+)? '?(\\S+?)'?"
              + "(?: \\([^)]*\\))?: (.*)",
          Pattern.DOTALL);

  private UsageErrors() {}

  static String inWords(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    if (failure instanceof MissingParameterException missing) {
      return lower(firstLine(String.valueOf(missing.getMessage())));
    }
    Matcher invalid = INVALID_VALUE.matcher(String.valueOf(failure.getMessage()));
    return invalid.matches()
        ? invalid.group(1) + ": " + firstLine(invalid.group(2))
        : lower(firstLine(String.valueOf(failure.getMessage())));
  }

  private static String unmatched(UnmatchedArgumentException failure) {
    String first = failure.getUnmatched().get(0);
    CommandLine command = failure.getCommandLine();
    if (first.startsWith("-")) {
      return unknown("option", first, command.getCommandSpec().optionsMap().keySet());
    }
    if (!command.getSubcommands().isEmpty()) {
      return unknown("command", first, command.getSubcommands().keySet());
    }
    return "unexpected argument '" + first + "'";
  }

  private static String unknown(String what, String typed, Collection<String> known) {
    String nearest = Nearest.to(typed, known);
    return "unknown %s '%s'%s"
        .formatted(what, typed, nearest == null ? "" : "; did you mean " + nearest + "?");
  }

  private static String lower(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
