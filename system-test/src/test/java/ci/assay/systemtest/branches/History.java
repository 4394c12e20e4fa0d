package ci.assay.systemtest.branches;

import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** What people do to the branches of a repository, and where these point then. */
final class History implements AutoCloseable {

  private static final int BRANCHES = 5;

  final TestRepository git;
  private final Random random;
  private final List<CommitId> commits = new ArrayList<>();

  /** The tip of each branch. */
  final Map<String, CommitId> tips = new TreeMap<>();

  private int number;

  History(Path folder, Random random) {
    this.git = TestRepository.in(folder);
    this.random = random;
    commit(TestRepository.MAIN);
  }

  /** Makes one random change. */
  void step() {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> commits(someBranch());
      case 3, 4 -> move(someBranch(), Objects.requireNonNull(tips.get(oneThatIsThere())));
      case 5, 6 -> move(someBranch(), commits.get(random.nextInt(commits.size())));
      case 7 -> merge(oneThatIsThere(), oneThatIsThere());
      case 8 -> delete(oneThatIsThere());
      default -> {
        String gone = oneThatIsThere();
        delete(gone);
        move(gone, commits.get(random.nextInt(commits.size())));
      }
    }
  }

  private void commits(String ref) {
    for (int n = random.nextInt(3); n >= 0; n--) {
      commit(ref);
    }
  }

  private void commit(String ref) {
    note(ref, git.commitOn(ref, "number " + number, Map.of("n", "" + number++)));
  }

  /** Moves a branch: a fast-forward, a reset, or a new branch. */
  private void move(String ref, CommitId to) {
    git.move(ref, to);
    tips.put(ref, to);
  }

  private void merge(String into, String other) {
    if (!Objects.equals(tips.get(into), tips.get(other))) {
      note(into, git.merge(into, other, Map.of("n", "" + number++)));
    }
  }

  private void delete(String ref) {
    if (tips.size() > 1) {
      git.delete(ref);
      tips.remove(ref);
    }
  }

  private void note(String ref, CommitId commit) {
    commits.add(commit);
    tips.put(ref, commit);
  }

  private String someBranch() {
    int which = random.nextInt(BRANCHES);
    return which == 0 ? TestRepository.MAIN : "refs/heads/b" + which;
  }

  private String oneThatIsThere() {
    return List.copyOf(tips.keySet()).get(random.nextInt(tips.size()));
  }

  /** Each branch's status according to these verdicts: a word, or {@code none}. */
  Map<String, String> statuses(Map<CommitId, String> verdicts) {
    Map<String, String> statuses = new HashMap<>();
    tips.forEach((ref, tip) -> statuses.put(ref, verdicts.getOrDefault(tip, "none")));
    return statuses;
  }

  @Override
  public void close() {
    git.close();
  }
}
