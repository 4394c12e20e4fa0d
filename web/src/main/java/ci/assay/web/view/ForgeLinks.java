package ci.assay.web.view;

import ci.assay.common.InvalidInputException;
import ci.assay.model.CommitId;
import ci.assay.model.Repository;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of commits at the forge of their repository. They are made from the repository's
 * URL, which was given to its observer, and from commit ids, never from the content of a commit.
 * All begin with {@code https://}. Immutable.
 */
public final class ForgeLinks {

  /** The known kinds of forges, with the templates of their addresses. */
  private enum Kind {
    GITHUB("https://%s/%s/commit/%s", "https://%s/%s/compare/%s...%s"),
    GITLAB("https://%s/%s/-/commit/%s", "https://%s/%s/-/compare/%s...%s"),
    GITEA("https://%s/%s/commit/%s", "https://%s/%s/compare/%s...%s"),
    FORGEJO("https://%s/%s/commit/%s", "https://%s/%s/compare/%s...%s"),
    /** In its comparisons the newer commit comes first. */
    BITBUCKET("https://%s/%s/commits/%s", "https://%s/%s/branches/compare/%4$s%%0D%3$s");

    private final String commit;
    private final String compare;

    Kind(String commit, String compare) {
      this.commit = commit;
      this.compare = compare;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Kind ofWord(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.word().equals(word))
          .findFirst()
          .orElse(null);
    }

    /** Recognises the well-known hosts, and hosts such as {@code gitlab.example.org}. */
    private static @Nullable Kind ofHost(String host) {
      return switch (host) {
        case "codeberg.org" -> FORGEJO;
        case "bitbucket.org" -> BITBUCKET;
        default ->
            Arrays.stream(host.split("\\."))
                .map(Kind::ofWord)
                .filter(kind -> kind != null && kind != BITBUCKET)
                .findFirst()
                .orElse(null);
      };
    }
  }

  /**
   * A setting for a forge: its kind, or a template of its addresses.
   *
   * @param key the host in the address of a repository, or a repository's name
   * @param value a kind, or a template with {@code {commit}}
   */
  public record Forge(String key, String value) {

    /**
     * Checks the value.
     *
     * @throws InvalidInputException when it is neither a kind nor a template
     */
    public Forge {
      if (Kind.ofWord(value) == null) {
        requireTemplate(value, List.of("{commit}"));
      }
    }

    /** Parses {@code KEY=VALUE}. */
    public static Forge parse(String text) {
      return new Forge(keyOf(text), valueOf(text));
    }
  }

  /** A template for addresses of comparisons, with {@code {from}} and {@code {to}}. */
  public record Compare(String key, String template) {

    /**
     * Checks the template.
     *
     * @throws InvalidInputException when it is invalid
     */
    public Compare {
      requireTemplate(template, List.of("{from}", "{to}"));
    }

    /** Parses {@code KEY=TEMPLATE}. */
    public static Compare parse(String text) {
      return new Compare(keyOf(text), valueOf(text));
    }
  }

  /** No settings: only forges with known host names have links. */
  public static final ForgeLinks NONE = new ForgeLinks(List.of(), List.of());

  private static final int LONGEST_ADDRESS = 1_000;
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?<scheme>https?|ssh|git)://(?:[^/@]*@)?(?<host>[A-Za-z0-9.-]+)(?::(?<port>\\d{1,5}))?/+"
              + "|(?:[^/@:]+@)?(?<short>[A-Za-z0-9.-]+):/*)"
              + "(?<path>[^?#]+?)(?:\\.git)?/*");

  /** Paths that need no escaping and have no {@code .} or {@code ..}. */
  private static final Pattern PATH =
      Pattern.compile("(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9._~-]+)*");

  private static final Pattern HOLDER = Pattern.compile("\\{([a-z]*)}");
  private static final List<String> HOLDERS = List.of("repository", "path", "commit", "from", "to");

  private final Map<String, String> forges;
  private final Map<String, String> comparisons;

  public ForgeLinks(List<Forge> forges, List<Compare> comparisons) {
    this.forges = forges.stream().collect(Collectors.toMap(Forge::key, Forge::value, (a, b) -> b));
    this.comparisons =
        comparisons.stream()
            .collect(Collectors.toMap(Compare::key, Compare::template, (a, b) -> b));
  }

  private static String keyOf(String text) {
    int end = text.indexOf('=');
    if (end < 1) {
      throw new InvalidInputException("'" + text + "' is not KEY=VALUE");
    }
    return text.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private static String valueOf(String text) {
    return text.substring(text.indexOf('=') + 1);
  }

  /** The parts of a repository's URL; without an authority if its forge has no https address. */
  private record Place(String name, String host, @Nullable String authority, String path) {}

  /** The address of a commit's page; empty if the forge is unknown. */
  public Optional<String> commit(Repository repository, CommitId commit) {
    Place place = placeOf(repository);
    String said = saidOf(place, forges);
    if (said != null && Kind.ofWord(said) == null) {
      return Optional.of(filled(said, place, Map.of("commit", commit.value())));
    }
    Kind kind = said == null ? Kind.ofHost(place.host()) : Kind.ofWord(said);
    return kind == null || place.authority() == null
        ? Optional.empty()
        : Optional.of(kind.commit.formatted(place.authority(), place.path(), commit.value()));
  }

  /** The address of the comparison of two commits; empty if the forge is unknown. */
  public Optional<String> compare(Repository repository, CommitId from, CommitId to) {
    Place place = placeOf(repository);
    String template = saidOf(place, comparisons);
    if (template != null) {
      return Optional.of(filled(template, place, Map.of("from", from.value(), "to", to.value())));
    }
    String said = saidOf(place, forges);
    Kind kind = said == null ? Kind.ofHost(place.host()) : Kind.ofWord(said);
    return kind == null || place.authority() == null
        ? Optional.empty()
        : Optional.of(
            kind.compare.formatted(place.authority(), place.path(), from.value(), to.value()));
  }

  private static @Nullable String saidOf(Place place, Map<String, String> all) {
    String ofName = all.get(place.name().toLowerCase(Locale.ROOT));
    return ofName != null ? ofName : all.get(place.host());
  }

  private static Place placeOf(Repository repository) {
    Matcher parts = ADDRESS.matcher(repository.url());
    Place none = new Place(repository.name(), "", null, "");
    if (repository.url().length() > LONGEST_ADDRESS
        || !parts.matches()
        || !PATH.matcher(parts.group("path")).matches()) {
      return none;
    }
    String whole = parts.group("host") == null ? parts.group("short") : parts.group("host");
    String host = whole.toLowerCase(Locale.ROOT);
    String port = parts.group("port");
    boolean isWeb = "https".equals(parts.group("scheme"));
    if ("http".equals(parts.group("scheme")) && port != null) { // no https there
      return new Place(repository.name(), host, null, parts.group("path"));
    }
    String authority = isWeb && port != null ? host + ":" + port : host;
    return new Place(repository.name(), host, authority, parts.group("path"));
  }

  private static String filled(String template, Place place, Map<String, String> commits) {
    return HOLDER
        .matcher(template)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    switch (found.group(1)) {
                      case "repository" -> place.name();
                      case "path" -> place.path();
                      default -> commits.getOrDefault(found.group(1), "");
                    }));
  }

  private static void requireTemplate(String template, List<String> needed) {
    List<String> kinds = Arrays.stream(Kind.values()).map(Kind::word).toList();
    boolean isWhole =
        template.startsWith("https://") && needed.stream().allMatch(template::contains);
    if (!isWhole || !isAddress(template)) {
      throw new InvalidInputException(
          "'%s' is not an https:// address with %s%s"
              .formatted(
                  template,
                  String.join(" and ", needed),
                  needed.size() > 1 ? "" : ", nor one of " + String.join(", ", kinds)));
    }
    HOLDER
        .matcher(template)
        .results()
        .map(found -> found.group(1))
        .filter(name -> !HOLDERS.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidInputException(
                  "'%s': {%s} is unknown; there are {%s}"
                      .formatted(template, name, String.join("}, {", HOLDERS)));
            });
  }

  private static boolean isAddress(String template) {
    try {
      return URI.create(HOLDER.matcher(template).replaceAll("x")).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
