package ci.assay.failure;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.CommitId;
import ci.assay.model.FileSummary;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.report.TestCase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Since when tests fail, according to the commits before.
 *
 * @param comparedWith the nearest earlier commit with test cases; null if there is none
 * @param since the first commit of each failure that goes on, by group and name with a space
 *     between; a test that is not in it fails newly
 */
record CaseHistory(@Nullable CommitId comparedWith, Map<String, CommitId> since) {

  /** How many bytes of test cases are read at most. */
  private static final long MOST_BYTES = 32 << 20;

  /**
   * Looks back through the earlier commits.
   *
   * @param bad the tests that fail now
   */
  static CaseHistory of(ResultReader files, Ancestry before, String variant, Set<String> bad) {
    Map<String, CommitId> since = new HashMap<>();
    Set<String> open = new HashSet<>(bad);
    CommitId nearest = null;
    long bytes = 0;
    for (int back = 0; !open.isEmpty(); back++) {
      Optional<Ancestry.Step> step = before.at(back);
      if (step.isEmpty()) {
        break;
      }
      Result result = step.get().of(variant).orElse(null);
      FileSummary cases = result == null ? null : result.cases();
      if (result == null || cases == null) {
        continue;
      }
      bytes += cases.bytes();
      if (bytes > MOST_BYTES && nearest != null) {
        break;
      }
      CommitId commit = step.get().commit();
      nearest = nearest == null ? commit : nearest;
      open.retainAll(badOf(open, files, result.id()));
      open.forEach(key -> since.put(key, commit));
    }
    return new CaseHistory(nearest, since);
  }

  private static Set<String> badOf(Set<String> of, ResultReader files, JobId job) {
    Set<String> bad = new HashSet<>();
    files.eachCase(
        job,
        each -> {
          if (each.outcome().isBad() && of.contains(key(each))) {
            bad.add(key(each));
          }
        });
    return bad;
  }

  /** The test's name as in the index. */
  static String key(TestCase test) {
    return test.group() + ' ' + test.name();
  }
}
