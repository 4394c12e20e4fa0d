package ci.assay.notify.rule;

import ci.assay.common.InvalidInputException;
import ci.assay.git.RefGlobs;
import ci.assay.model.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which verdicts a rule applies to. Immutable.
 *
 * @param repositories patterns of names; empty for all
 * @param refs patterns of refs, at most one element; empty for all
 * @param outcomes empty for all
 */
public record Scope(List<Pattern> repositories, List<RefGlobs> refs, Set<Outcome> outcomes) {

  /** All verdicts. */
  public static final Scope ALL = new Scope(List.of(), List.of(), Set.of());

  private static final String NAME = "[A-Za-z0-9._*-]{1,100}";

  public Scope {
    repositories = List.copyOf(repositories);
    refs = List.copyOf(refs);
    outcomes = Set.copyOf(outcomes);
  }

  /** Whether it includes commits of that repository and ref. */
  public boolean includes(String repository, String ref) {
    return includesRepository(repository) && (refs.isEmpty() || refs.get(0).matches(ref));
  }

  /** Whether it includes commits of that repository. */
  public boolean includesRepository(String name) {
    return repositories.isEmpty()
        || repositories.stream().anyMatch(each -> each.matcher(name).matches());
  }

  /** Whether it includes verdicts with that outcome. */
  public boolean includes(Outcome outcome) {
    return outcomes.isEmpty() || outcomes.contains(outcome);
  }

  /**
   * Reads names of repositories, separated by commas; {@code *} stands for any characters.
   *
   * @throws InvalidInputException when one cannot be a name
   */
  public Scope withRepositories(String text) {
    List<Pattern> names = words(text).map(Scope::pattern).toList();
    return new Scope(names, refs, outcomes);
  }

  /**
   * Reads patterns of refs, separated by commas.
   *
   * @throws InvalidInputException when one cannot be a ref
   */
  public Scope withBranches(String text) {
    return new Scope(repositories, List.of(new RefGlobs(words(text).toList())), outcomes);
  }

  /**
   * Reads outcomes, separated by commas.
   *
   * @throws InvalidInputException when one is not an outcome
   */
  public Scope withOutcomes(String text) {
    Set<Outcome> read =
        words(text).map(word -> Outcome.ofWord(word.replace('-', '_'))).collect(Collectors.toSet());
    return new Scope(repositories, refs, read);
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip);
  }

  private static Pattern pattern(String name) {
    if (!name.matches(NAME)) {
      throw new InvalidInputException("'" + name + "' is not a valid name of a repository");
    }
    return Pattern.compile("\\Q" + name.replace("*", "\\E.*\\Q") + "\\E");
  }
}
