package ci.assay.model;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run, and how it came about.
 *
 * @param cause why it is not {@code passed} or {@code failed}, in words that a person can act on;
 *     null when it is
 * @param exitCode the exit code of the command; null when it did not run or did not end by itself
 * @param summary one line for people
 * @param command the command that was run, or would have been; null when there was none, and from
 *     older workers
 */
public record Conclusion(
    Outcome outcome,
    @Nullable String cause,
    @Nullable Integer exitCode,
    String summary,
    @Nullable Command command) {

  /**
   * The command that a worker runs for a commit.
   *
   * @param text the text for {@code sh -c}; a very long one is cut
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
    /** Detected by the worker from the kind of project. */
    DETECTED("detected");

    private final String words;

    Source(String words) {
      this.words = words;
    }

    /** For people: {@code from .assay.yml}. */
    public String words() {
      return words;
    }

    /** The word used in files: {@code file}. */
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

  /** A conclusion without a known command. */
  public Conclusion(
      Outcome outcome, @Nullable String cause, @Nullable Integer exitCode, String summary) {
    this(outcome, cause, exitCode, summary, null);
  }

  /** The same with this command. */
  public Conclusion by(@Nullable Command what) {
    return new Conclusion(outcome, cause, exitCode, summary, what);
  }

  public Conclusion {
    Names.present("outcome", outcome);
    Names.present("summary", summary);
  }
}
