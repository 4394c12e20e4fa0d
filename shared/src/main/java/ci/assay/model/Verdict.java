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
 * A commit's verdict, derived from the results of all its variants.
 *
 * @param version the version of the format
 * @param variants the part of each variant, by the variant's name
 */
public record Verdict(
    int version, Subject subject, Outcome outcome, Map<String, Part> variants, Times times) {

  /** The version of {@code verdict.json} that this code writes. */
  public static final int VERSION = 1;

  private static final int MOST_SUMMARIES = 3;

  public Verdict {
    Names.present("outcome", outcome);
    Names.present("variants", variants);
    variants = Collections.unmodifiableSortedMap(new TreeMap<>(variants));
  }

  /** The commit that a verdict is about. */
  public record Subject(String repository, CommitId commit, String ref) {

    public Subject {
      Names.present("repository", repository);
      Names.present("commit", commit);
      Names.present("ref", ref);
    }
  }

  /**
   * When the commit was queued and finished.
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
   * What one variant contributes. A flat record, like its JSON, which other programs read.
   *
   * @param mayFail whether the variant is only shown and does not count
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
   * The summaries of its variants, with their names when there are several. For more than three
   * variants: the number of each outcome, and the first summaries with the deciding outcome when
   * that is a bad one.
   */
  public String summary() {
    if (variants.size() == 1) {
      return variants.values().iterator().next().summary();
    }
    if (variants.size() > MOST_SUMMARIES) {
      return counts() + (outcome.isGood() ? "" : "; " + decidingSummaries());
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

  private String decidingSummaries() {
    List<Map.Entry<String, Part>> bad =
        variants.entrySet().stream()
            .filter(each -> each.getValue().outcome() == outcome && !each.getValue().mayFail())
            .toList();
    return bad.stream()
            .limit(MOST_SUMMARIES)
            .map(each -> each.getKey() + ": " + each.getValue().summary())
            .collect(Collectors.joining("; "))
        + (bad.size() > MOST_SUMMARIES ? "; …" : "");
  }

  /**
   * Derives the verdict of one commit.
   *
   * @param results the deciding result of each variant of one commit; at least one
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

  /** The parts that count; all parts when none counts, so that there always is a verdict. */
  private static Collection<Part> counting(Collection<Part> parts) {
    List<Part> counting = parts.stream().filter(part -> !part.mayFail()).toList();
    return counting.isEmpty() ? parts : counting;
  }
}
