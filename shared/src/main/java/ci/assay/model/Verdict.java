package ci.assay.model;

import ci.assay.common.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A commit's verdict: derived, whenever it is asked for, from the stored results of all its
 * variants.
 *
 * @param version of this form
 * @param variants each variant's part, by its name
 */
public record Verdict(
    int version, Subject subject, Outcome outcome, Map<String, Part> variants, Times times) {

  /** The version of {@code verdict.json} that this code writes. */
  public static final int VERSION = 1;

  private static final int MOST_TOLD = 3;

  public Verdict {
    Names.present("outcome", outcome);
    Names.present("variants", variants);
    variants = Collections.unmodifiableSortedMap(new TreeMap<>(variants));
  }

  /** What it is about. */
  public record Subject(String repository, CommitId commit, String ref) {

    public Subject {
      Names.present("repository", repository);
      Names.present("commit", commit);
      Names.present("ref", ref);
    }
  }

  /**
   * When it was asked for and reached.
   *
   * @param queuedAt when the first of its jobs was stored by the observer
   * @param finishedAt when the last of its runs ended
   */
  public record Times(Instant queuedAt, Instant finishedAt) {

    public Times {
      queuedAt = Names.millis("queuedAt", queuedAt);
      finishedAt = Names.millis("finishedAt", finishedAt);
    }
  }

  /**
   * What one variant contributes. Flat, as its JSON is, which others read.
   *
   * @param mayFail whether it is shown only, and does not count
   */
  public record Part(
      Outcome outcome,
      String run,
      int attempt,
      String worker,
      long durationMillis,
      String summary,
      boolean mayFail) {

    public Part {
      Names.present("outcome", outcome);
      Names.present("run", run);
      Names.present("worker", worker);
      Names.present("summary", summary);
    }

    static Part of(Result result) {
      return new Part(
          result.outcome(),
          result.run(),
          result.attempt(),
          result.worker(),
          result.duration().toMillis(),
          result.summary(),
          result.about().variant().mayFail());
    }
  }

  public String repository() {
    return subject.repository();
  }

  public CommitId commit() {
    return subject.commit();
  }

  public String ref() {
    return subject.ref();
  }

  public Instant queuedAt() {
    return times.queuedAt();
  }

  public Instant finishedAt() {
    return times.finishedAt();
  }

  /** How long the longest of its variants ran. */
  public Duration duration() {
    return Duration.ofMillis(
        variants.values().stream().mapToLong(Part::durationMillis).max().orElse(0));
  }

  /**
   * The summaries of its variants, with their names where there is more than one. Of many only the
   * outcomes are counted, and some told that made it what it is.
   */
  public String summary() {
    if (variants.size() == 1) {
      return variants.values().iterator().next().summary();
    }
    if (variants.size() > MOST_TOLD) {
      return counts() + (outcome.isGood() ? "" : "; " + told());
    }
    return variants.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue().summary())
        .collect(Collectors.joining("; "));
  }

  private String counts() {
    SortedMap<Outcome, Long> counts =
        variants.values().stream()
            .collect(Collectors.groupingBy(Part::outcome, TreeMap::new, Collectors.counting()));
    return variants.size()
        + " variants: "
        + counts.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey().word())
            .collect(Collectors.joining(", "));
  }

  private String told() {
    List<Map.Entry<String, Part>> bad =
        variants.entrySet().stream()
            .filter(each -> each.getValue().outcome() == outcome && !each.getValue().mayFail())
            .toList();
    return bad.stream()
            .limit(MOST_TOLD)
            .map(each -> each.getKey() + ": " + each.getValue().summary())
            .collect(Collectors.joining("; "))
        + (bad.size() > MOST_TOLD ? "; …" : "");
  }

  /**
   * Derives the verdict of one commit.
   *
   * @param results the deciding result of each of its variants, at least one, of one commit
   */
  public static Verdict of(Collection<Result> results) {
    Job job = results.iterator().next().about();
    SortedMap<String, Part> parts = new TreeMap<>();
    results.forEach(result -> parts.put(result.id().variant(), Part.of(result)));
    return new Verdict(
        VERSION,
        new Subject(job.repository().name(), job.commit(), job.ref()),
        Outcome.worst(counting(parts.values()).stream().map(Part::outcome).toList()),
        parts,
        new Times(
            results.stream().map(Result::queuedAt).min(Comparator.naturalOrder()).orElseThrow(),
            results.stream().map(Result::finishedAt).max(Comparator.naturalOrder()).orElseThrow()));
  }

  /** Those that count; all where none does, so that there always is a verdict. */
  private static Collection<Part> counting(Collection<Part> parts) {
    List<Part> counting = parts.stream().filter(part -> !part.mayFail()).toList();
    return counting.isEmpty() ? parts : counting;
  }
}
