package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.model.Result;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that try to interfere with each other in every way, eight at a time on one worker. In the
 * sandbox each gets the same verdict as when it runs alone. {@code ./dev interference} is the long
 * form.
 */
@Tag("broker")
@Tag("long")
@Timeout(1_800)
class InterferenceTest {

  private static final int SLOTS = 8;
  private static final Duration LIMIT = Duration.ofMinutes(25);

  @TempDir Path folder;

  /** Binds the same port and creates the same files as other runs, and kills processes by name. */
  private static final String MEDDLING =
      """
      import os, signal, socket, subprocess, sys, time
      keep = []
      def bind(family, address):
          s = socket.socket(family); s.bind(address); s.listen(); keep.append(s)
      bind(socket.AF_INET, ('127.0.0.1', 18931))
      bind(socket.AF_UNIX, '\\0assay-interference')
      bind(socket.AF_UNIX, '/tmp/assay-interference.socket')
      for name in ('/tmp/x', '/var/tmp/x', '/dev/shm/assay-interference', '/run/x', '../x'):
          os.close(os.open(name, os.O_CREAT | os.O_EXCL))
      home = os.path.join(os.environ['HOME'], 'mine')
      open(home, 'w').write(os.environ['ASSAY_RUN'])
      subprocess.check_call(['ipcmk', '-S', '2'], stdout=subprocess.DEVNULL)
      assert subprocess.check_output(['ipcs', '-s']).decode().count('0x') == 1
      subprocess.call(['pkill', '-9', 'meddler'])
      others = [p for p in os.listdir('/proc') if p.isdigit()]
      assert len(others) < 12, others
      time.sleep(0.5)
      try:
          os.kill(-1, 0)
      except OSError:
          pass
      assert open(home).read() == os.environ['ASSAY_RUN']
      sys.exit(int(open('code').read()))
      """;

  /**
   * What a commit does to the others, and its verdict when it runs alone.
   *
   * @param summary a part of the expected summary
   */
  private record Kind(String command, Outcome outcome, String summary) {

    static Kind meddling(int code) {
      return new Kind(
          "echo %d >code; exec python3 meddle.py".formatted(code),
          code == 0 ? Outcome.PASSED : Outcome.FAILED,
          code == 0 ? "passed" : "exit code " + code);
    }
  }

  private static final List<Kind> MEDDLING_ONLY =
      List.of(Kind.meddling(0), Kind.meddling(1), Kind.meddling(2));

  /** Limits that only the greedy runs exceed. */
  private static final String LIMITS = "memory=200M,processes=100,disk=200M";

  private static final List<Kind> EATING =
      List.of(
          Kind.meddling(0),
          new Kind(
              "bomb() { bomb | bomb & }; bomb; sleep 1; exit 3",
              Outcome.FAILED,
              "more than 100 processes at a time"),
          Kind.meddling(1),
          new Kind(
              "python3 -c 'b\"x\" * (1 << 30)'",
              Outcome.FAILED,
              "killed: used more than 200M of memory"),
          Kind.meddling(0),
          new Kind(
              "head -c 2G /dev/zero >here; cp here $HOME/there; sleep 60",
              Outcome.FAILED,
              "killed: wrote more than 200M"),
          new Kind(
              "setsid sleep 1000 & setsid sh -c 'trap \"\" TERM; sleep 1000' & exit 0",
              Outcome.PASSED,
              "passed"));

  @Test
  void everyVerdictIsThatOfTheCommitAlone() throws Exception {
    meddle(Integer.getInteger("interference.meddling", 12), MEDDLING_ONLY);
  }

  @Tag("control-groups")
  @Test
  void everyVerdictIsThatOfTheCommitAloneWhateverTheOthersEat() throws Exception {
    meddle(Integer.getInteger("interference.runs", 21), EATING, "--limit", LIMITS);
  }

  private void meddle(int runs, List<Kind> kinds, String... options) throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      repository.commit("before", Map.of("file", "before", ".assay.yml", "test: 'true'\n"));
      assay.coordinator().awaitOutput("is the active coordinator now");
      List<String> all =
          new ArrayList<>(List.of("--slots", Integer.toString(SLOTS), "--executor", "sandbox"));
      all.addAll(List.of("--network", "none"));
      all.addAll(List.of(options));
      AssayProcess worker = assay.worker("meddled", all.toArray(String[]::new));
      worker.awaitOutput("takes jobs of");
      assay.observer("sample=" + repository.path()).awaitOutput("1 new commit");

      List<CommitId> commits = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        commits.add(
            repository.commit(
                "number " + i,
                Map.of(
                    "number",
                    Integer.toString(i),
                    "meddle.py",
                    MEDDLING,
                    ".assay.yml",
                    "test: |\n  " + kinds.get(i % kinds.size()).command() + "\n")));
      }
      assay.awaitVerdicts("sample", commits, LIMIT);

      for (int i = 0; i < runs; i++) {
        Kind kind = kinds.get(i % kinds.size());
        Result result = assay.result("sample", commits.get(i));
        assertThat(List.of(result.outcome(), result.summary()))
            .as("commit %d: %s", i, kind.command())
            .isEqualTo(List.of(kind.outcome(), kind.summary()));
        assertThat(result.attempt()).as("commit %d", i).isEqualTo(1);
        assertThat(result.execution().executor()).isEqualTo("sandbox");
      }
      assertThat(worker.output()).doesNotContain(" takes no jobs", " ERROR ");
    }
  }
}
