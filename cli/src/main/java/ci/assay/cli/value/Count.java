package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import java.util.regex.Pattern;

/**
 * A positive number of things.
 *
 * @param value 1 to 999,999
 */
public record Count(int value) {

  private static final Pattern DIGITS = Pattern.compile("0*[1-9][0-9]{0,5}");

  public static Count parse(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw new InvalidInputException("'" + text + "' is not a number from 1 to 999999");
    }
    return new Count(Integer.parseInt(text));
  }
}
