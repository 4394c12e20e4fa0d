package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param cause why it is not {@code passed} or {@code failed}, in words a person can act on
 * @param exitCode of the command; null when it never ran or did not end by itself
 * @param summary one line for people
 * @param command what was run, or would have been; null where an older worker does not say, and
 *     where there was none
 */
public record Conclusion(
    Outcome outcome,
    @Nullable String cause,
    @Nullable Integer exitCode,
    String summary,
    @Nullable Command command) {

  /**
   * What a worker runs at a commit.
   *
   * @param text for {@code sh -c}; of a very long one, its beginning
   */
  public record Command(String text, Source source) {
    public Command {
      Names.present("command.text", text);
      Names.present("command.source", source);
    }
  }

  /** Where a command came from. */
  public enum Source {
    /** The commit's {@code .assay.yml}. */
    FILE("from .assay.yml"),
    /** The option {@code --test}, or {@code test} of the repository in {@code assay.yaml}. */
    OPTION("from the option --test"),
    /** The worker knows such projects. */
    DETECTED("detected");

    private final String words;

    Source(String words) {
      this.words = words;
    }

    /** For people: {@code from .assay.yml}. */
    public String words() {
      return words;
    }

    /** As it stands in files: {@code file}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #word}. */
    public static Source ofWord(String word) {
      for (Source each : values()) {
        if (each.word().equals(word)) {
          return each;
        }
      }
      throw new InvalidInputException("source '" + word + "' of a command is unknown");
    }
  }

  /** Where no command is known. */
  public Conclusion(
      Outcome outcome, @Nullable String cause, @Nullable Integer exitCode, String summary) {
    this(outcome, cause, exitCode, summary, null);
  }

  /** The same, reached by that command. */
  public Conclusion by(@Nullable Command what) {
    return new Conclusion(outcome, cause, exitCode, summary, what);
  }

  public Conclusion {
    Names.present("outcome", outcome);
    Names.present("summary", summary);
  }
}
