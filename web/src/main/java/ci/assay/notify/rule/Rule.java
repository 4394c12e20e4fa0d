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
 * Who is told of which verdicts.
 *
 * @param name by which people know it; part of what makes a message the same as an earlier one
 * @param kind how it is told
 * @param when what of
 * @param values what only this kind of receiver has, by key
 */
public record Rule(String name, Kind kind, When when, Scope scope, Map<String, String> values) {

  /** How somebody is told. */
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

    /** What it is told of where nobody says otherwise. */
    public When usual() {
      return usual;
    }

    /** What can be said of one, beside what can be of all. */
    public List<String> keys() {
      return List.of(keys.split(" ", -1));
    }

    /** As in the file. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #word}.
     *
     * @throws InvalidInputException when it is none
     */
    public static Kind ofWord(String word) {
      List<String> all = Arrays.stream(values()).map(Kind::word).toList();
      int found = all.indexOf(word);
      if (found < 0) {
        String nearest = Nearest.to(word, all);
        throw new InvalidInputException(
            "'%s' is none of %s%s"
                .formatted(
                    word,
                    String.join(", ", all),
                    nearest == null ? "" : "; did you mean '" + nearest + "'?"));
      }
      return values()[found];
    }
  }

  /** What somebody is told of. */
  public enum When {
    /** Of each verdict. */
    EVERY,
    /** When a branch breaks, is still broken after a day, and is mended. */
    CHANGE,
    /** How each commit stands, as soon as it is queued; only the newest counts. */
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

  /** A value, null where nobody gave it. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  /**
   * A value that there must be.
   *
   * @throws InvalidInputException when there is none
   */
  public String required(String key) {
    String value = values.get(key);
    if (value == null || value.isBlank()) {
      throw new InvalidInputException("a rule of kind " + kind.word() + " needs " + key);
    }
    return value;
  }

  /** What is told in its order: for states those of one repository, else all. */
  public String lane(String repository) {
    return when == When.STATE ? name + "/" + repository : name;
  }
}
