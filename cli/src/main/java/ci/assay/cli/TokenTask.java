package ci.assay.cli;

import ci.assay.model.InvalidInputException;
import java.util.Locale;

/** What can be done with tokens. */
enum TokenTask {
  ADD,
  LIST,
  REMOVE;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static TokenTask parse(String word) {
    for (TokenTask task : values()) {
      if (task.word().equals(word)) {
        return task;
      }
    }
    throw new InvalidInputException("'" + word + "' is not add, list or remove");
  }
}
