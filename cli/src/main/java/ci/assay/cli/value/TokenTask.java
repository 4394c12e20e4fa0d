package ci.assay.cli.value;

import ci.assay.common.InvalidInputException;
import java.util.Locale;

/** What can be done with tokens. */
public enum TokenTask {
  ADD,
  LIST,
  REMOVE;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static TokenTask parse(String word) {
    for (TokenTask task : values()) {
      if (task.word().equals(word)) {
        return task;
      }
    }
    throw new InvalidInputException("'" + word + "' is not add, list or remove");
  }
}
