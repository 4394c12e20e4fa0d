package ci.assay.observer.poll;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.git.GitException;
import ci.assay.model.CommitId;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.observer.state.PlannedCommit;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever happens to a repository's refs and to the observer, each commit that is new in a poll
 * gets one job, after its parents, and no other commit gets any.
 */
class EachCommitOnceProperty {

  enum Kind {
    COMMIT,
    BRANCH,
    DELETE,
    MERGE,
    TAG,
    LOOK,
    RESTART,
    DIE
  }

  /** The numbers select among the existing refs and commits. */
  record Step(Kind kind, int first, int second) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(8, Kind.COMMIT),
            Tuple.of(4, Kind.BRANCH),
            Tuple.of(2, Kind.DELETE),
            Tuple.of(3, Kind.MERGE),
            Tuple.of(1, Kind.TAG),
            Tuple.of(6, Kind.LOOK),
            Tuple.of(1, Kind.RESTART),
            Tuple.of(2, Kind.DIE));
    Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 1_000);
    return Combinators.combine(kinds, numbers, numbers).as(Step::new).list().ofMaxSize(30);
  }

  @Property(tries = 40)
  void eachNewCommitGetsOneJobAfterItsParents(@ForAll("histories") List<Step> steps)
      throws Exception {
    Path folder = Files.createTempDirectory("history");
    try (TestRepository git = TestRepository.in(folder.resolve("a.git"));
        PollerRig rig =
            new PollerRig(
                folder.resolve("state"),
                PollerRig.watching(
                    git.asRepository("a"),
                    CommitSelection.EVERY,
                    0,
                    "refs/heads/*",
                    "refs/tags/*"))) {
      World world = new World(git, rig);
      world.look();
      for (Step step : steps) {
        world.take(step);
      }
      world.look();
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** A repository, its observer, and the commits that the observer must find. */
  private static final class World {

    private final TestRepository git;
    private final PollerRig rig;
    private final Map<CommitId, List<CommitId>> parents = new HashMap<>();
    private final List<CommitId> commits = new ArrayList<>();
    private final Map<String, CommitId> refs = new TreeMap<>();
    private final Set<CommitId> expected = new HashSet<>();
    private int number;

    World(TestRepository git, PollerRig rig) {
      this.git = git;
      this.rig = rig;
    }

    void take(Step step) throws GitException, IOException {
      switch (step.kind()) {
        case COMMIT -> commit(branch(step.first()), step.second() % 3 + 1);
        case BRANCH -> moveSomewhere(branch(step.first()), step.second());
        case DELETE -> delete(step.first());
        case MERGE -> merge(step.first(), step.second());
        case TAG -> tag(step.first());
        case LOOK -> look();
        case RESTART -> rig.restart();
        case DIE -> die();
      }
    }

    void look() throws GitException {
      rig.poll();
      refs.values().forEach(this::expect);
      assertFound();
    }

    private void die() throws GitException {
      rig.dieAtNextCommits();
      try {
        rig.poll();
        refs.values().forEach(this::expect);
      } catch (PollerRig.Died e) {
        // It remembers only what it stored; other commits are found at the next poll, or never,
        // when
        // a forced push has removed them by then.
        rig.planned.forEach(each -> expected.add(each.commit()));
      }
      rig.restart();
    }

    private void assertFound() {
      List<CommitId> found = rig.planned.stream().map(PlannedCommit::commit).toList();
      assertThat(found).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
      Set<CommitId> before = new HashSet<>();
      for (CommitId commit : found) {
        assertThat(before).containsAll(parents.getOrDefault(commit, List.of()));
        before.add(commit);
      }
      rig.restart();
      assertThat(rig.cursor().pending()).extracting(PlannedCommit::commit).isEqualTo(found);
    }

    private void expect(CommitId tip) {
      Set<CommitId> reached = new HashSet<>();
      List<CommitId> waiting = new ArrayList<>(List.of(tip));
      while (!waiting.isEmpty()) {
        CommitId commit = waiting.remove(waiting.size() - 1);
        if (reached.add(commit)) {
          waiting.addAll(parents.getOrDefault(commit, List.of()));
        }
      }
      expected.addAll(reached);
    }

    private void commit(String ref, int count) {
      for (int i = 0; i < count; i++) {
        CommitId parent = refs.get(ref);
        CommitId made = git.commitOn(ref, "number " + number, Map.of("n", "" + number++));
        add(ref, made, parent == null ? List.of() : List.of(parent));
      }
    }

    private void moveSomewhere(String ref, int choice) {
      if (!commits.isEmpty()) {
        CommitId target = commits.get(choice % commits.size());
        git.move(ref, target);
        refs.put(ref, target);
      }
    }

    private void delete(int choice) {
      if (!refs.isEmpty()) {
        String ref = List.copyOf(refs.keySet()).get(choice % refs.size());
        git.delete(ref);
        refs.remove(ref);
      }
    }

    private void merge(int into, int other) {
      String first = branch(into);
      String second = branch(other);
      CommitId one = refs.get(first);
      CommitId two = refs.get(second);
      if (one != null && two != null && !one.equals(two)) {
        add(first, git.merge(first, second, Map.of("n", "" + number++)), List.of(one, two));
      }
    }

    private void tag(int choice) {
      if (!commits.isEmpty()) {
        CommitId target = commits.get(choice % commits.size());
        String name = "v" + number++;
        git.tag(name, target);
        refs.put("refs/tags/" + name, target);
      }
    }

    private void add(String ref, CommitId commit, List<CommitId> itsParents) {
      parents.put(commit, itsParents);
      commits.add(commit);
      refs.put(ref, commit);
    }

    private static String branch(int choice) {
      return "refs/heads/b" + choice % 4;
    }
  }
}
