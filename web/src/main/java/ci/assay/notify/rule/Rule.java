package ci.assay.notify.rule;

import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.common.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which receiver is notified of which verdicts.
 *
 * @param name the name in {@code assay.yaml}; part of the ids of its messages
 * @param kind the kind of receiver
 * @param when the kind of events
 * @param values the settings that only this kind of receiver has, by key
 */
public record Rule(String name, Kind kind, When when, Scope scope, Map<String, String> values) {

  /** The kind of receiver. */
  public enum Kind {
    WEBHOOK(When.EVERY, "url secret-file"),
    GITHUB(When.STATE, "url token-file project context"),
    GITLAB(When.STATE, "url token-file project context"),
    GITEA(When.STATE, "url token-file project context"),
    FORGEJO(When.STATE, "url token-file project context"),
    BITBUCKET(When.STATE, "url token-file user project context"),
    MAIL(When.CHANGE, "server tls user password-file from to authors-file"),
    SLACK(When.CHANGE, "url-file"),
    MATTERMOST(When.CHANGE, "url-file"),
    TEAMS(When.CHANGE, "url-file"),
    DISCORD(When.CHANGE, "url-file"),
    MATRIX(When.CHANGE, "url token-file room");

    private final When usual;
    private final String keys;

    Kind(When usual, String keys) {
      this.usual = usual;
      this.keys = keys;
    }

    /** The default for {@link Rule#when}. */
    public When usual() {
      return usual;
    }

    /** The keys of the settings that only this kind has. */
    public List<String> keys() {
      return List.of(keys.split(" ", -1));
    }

    /** The name in {@code assay.yaml}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #word}.
     *
     * @throws InvalidInputException when there is no such kind
     */
    public static Kind ofWord(String word) {
      List<String> all = Arrays.stream(values()).map(Kind::word).toList();
      int found = all.indexOf(word);
      if (found < 0) {
        String nearest = Nearest.to(word, all);
        throw new InvalidInputException(
            "'%s' is not one of %s%s"
                .formatted(
                    word,
                    String.join(", ", all),
                    nearest == null ? "" : "; did you mean '" + nearest + "'?"));
      }
      return values()[found];
    }
  }

  /** The kind of events. */
  public enum When {
    /** Each verdict. */
    EVERY,
    /** A branch breaks, is still broken after a day, or is mended. */
    CHANGE,
    /**
     * The status of each commit, from when it is queued; a newer status supersedes an older one.
     */
    STATE;

    /**
     * Reads {@code every} or {@code change}.
     *
     * @throws InvalidInputException when it is neither
     */
    public static When ofWord(String word) {
      return switch (word) {
        case "every" -> EVERY;
        case "change" -> CHANGE;
        default -> throw new InvalidInputException("'" + word + "' is neither every nor change");
      };
    }
  }

  /** Checks the name. */
  public Rule {
    Names.require("rule name", name);
    values = Map.copyOf(values);
  }

  /** A setting; null if it is missing. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  /**
   * A setting that must not be missing.
   *
   * @throws InvalidInputException when it is missing or blank
   */
  public String required(String key) {
    String value = values.get(key);
    if (value == null || value.isBlank()) {
      throw new InvalidInputException("a rule of kind " + kind.word() + " needs " + key);
    }
    return value;
  }

  /** The queue of a notice: statuses have one for each repository, other notices one per rule. */
  public String queue(String repository) {
    return when == When.STATE ? name + "/" + repository : name;
  }
}
