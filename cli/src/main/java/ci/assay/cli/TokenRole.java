package ci.assay.cli;

import ci.assay.model.InvalidInputException;
import ci.assay.web.Visitor.Role;
import java.util.Locale;

/** What a token lets its owner do. */
record TokenRole(Role role) {

  static TokenRole parse(String word) {
    for (Role role : Role.values()) {
      if (role != Role.NOTHING && role.name().toLowerCase(Locale.ROOT).equals(word)) {
        return new TokenRole(role);
      }
    }
    throw new InvalidInputException("role '" + word + "' is not read, act or admin");
  }
}
