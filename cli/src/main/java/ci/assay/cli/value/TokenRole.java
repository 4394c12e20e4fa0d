package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import ci.assay.web.access.Visitor.Role;
import java.util.Locale;

/** The role of a token: what its owner may do. */
public record TokenRole(Role role) {

  public static TokenRole parse(String word) {
    for (Role role : Role.values()) {
      if (role != Role.NOTHING && role.name().toLowerCase(Locale.ROOT).equals(word)) {
        return new TokenRole(role);
      }
    }
    throw new InvalidInputException("role '" + word + "' is not read, act or admin");
  }
}
