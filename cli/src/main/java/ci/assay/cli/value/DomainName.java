package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import java.util.regex.Pattern;

/** A host name, or {@code *.DOMAIN} for all names in a domain. */
public record DomainName(String text) {

  private static final int LONGEST = 253;
  private static final Pattern FORM =
      Pattern.compile("(?:\\*\\.)?[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*");

  public static DomainName parse(String text) {
    if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
      throw new InvalidInputException(
          "'" + text + "' is not a host name such as ci.example.org or *.example.org");
    }
    return new DomainName(text);
  }
}
