package ci.assay.failure;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.coordinator.store.StoredCommit;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.wire.Codec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out why a commit failed, from the result files. It writes nothing, and reads a bounded part
 * of each log. Thread-safe.
 */
public final class FailureFinder {

  /** How many passing runs have their logs compared. */
  private static final int PASSING_RUNS = 10;

  private final ResultReader files;
  private final History history;

  public FailureFinder(ResultReader files, History history) {
    this.files = files;
    this.history = history;
  }

  /** Why the commit failed; without variants if nothing failed, or the commit is unknown. */
  public Failure of(String repository, CommitId commit) {
    StoredCommit stored = files.stored(repository, commit);
    Optional<Outcome> outcome = stored.verdict().map(verdict -> verdict.outcome());
    List<Result> failed = new ArrayList<>(files.results(repository, commit));
    failed.removeIf(result -> result.outcome().isGood());
    if (failed.isEmpty()) {
      return FailureWords.nothing(repository, commit, outcome, stored.jobs());
    }
    Ancestry before = new Ancestry(files, history, failed.get(0).about());
    List<FoundPart> parts = new ArrayList<>();
    failed.forEach(result -> parts.add(part(result, stored.results(), before)));
    parts.sort((one, other) -> Boolean.compare(one.tests().isEmpty(), other.tests().isEmpty()));
    return fitting(new FailureWords(failed.get(0).about(), outcome, this::outcome), parts);
  }

  private static Failure fitting(FailureWords words, List<FoundPart> parts) {
    Failure failure = words.of(parts, Measure.ALL.get(0));
    for (Measure less : Measure.ALL) {
      failure = words.of(parts, less);
      if (Codec.json(failure).length <= Failure.MOST_BYTES
          && FailureText.bytes(failure) <= Failure.MOST_BYTES) {
        break;
      }
    }
    return failure;
  }

  private Optional<Outcome> outcome(String repository, CommitId commit) {
    return files.verdict(repository, commit).map(verdict -> verdict.outcome());
  }

  private FoundPart part(Result result, List<Result> runs, Ancestry before) {
    Map<String, TestCase> bad = result.cases() == null ? Map.of() : bad(result);
    if (!bad.isEmpty()) {
      String variant = result.id().variant();
      CaseHistory past = CaseHistory.of(files, before, variant, bad.keySet());
      Set<String> flaky = new HashSet<>(history.flaky(result.id().repository(), variant));
      runs.forEach(run -> flaky.addAll(passedIn(run, result, bad.keySet())));
      return new FoundPart(result, bad, past, flaky, List.of(), 0);
    }
    List<Path> passing = passing(result.id().variant(), before);
    return FoundPart.ofLog(
        result, LogDifference.lines(files.log(result.id()), passing), passing.size());
  }

  private Map<String, TestCase> bad(Result result) {
    Map<String, TestCase> bad = new LinkedHashMap<>();
    files.eachCase(
        result.id(),
        each -> {
          if (each.outcome().isBad()) {
            bad.putIfAbsent(CaseHistory.key(each), each);
          }
        });
    return bad;
  }

  /** Which of these tests passed in another run of the same commit and variant. */
  private Set<String> passedIn(Result run, Result deciding, Set<String> of) {
    Set<String> passed = new HashSet<>();
    if (!run.id().equals(deciding.id())
        && run.id().variant().equals(deciding.id().variant())
        && run.cases() != null) {
      files.eachCase(
          run.id(),
          each -> {
            if (each.outcome() == CaseOutcome.PASSED && of.contains(CaseHistory.key(each))) {
              passed.add(CaseHistory.key(each));
            }
          });
    }
    return passed;
  }

  private List<Path> passing(String variant, Ancestry before) {
    List<Path> logs = new ArrayList<>();
    for (int back = 0; logs.size() < PASSING_RUNS; back++) {
      Optional<Ancestry.Step> step = before.at(back);
      if (step.isEmpty()) {
        break;
      }
      step.get()
          .of(variant)
          .filter(each -> each.outcome() == Outcome.PASSED)
          .ifPresent(each -> logs.add(files.log(each.id())));
    }
    return logs;
  }
}
