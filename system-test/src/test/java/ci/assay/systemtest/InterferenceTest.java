package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that meddle with each other wherever they can, several at a time on one worker. In the
 * sandbox each comes to the verdict that it comes to alone.
 */
@Tag("broker")
@Timeout(300)
class InterferenceTest {

  private static final int COMMITS = 12;

  @TempDir Path folder;

  /** Binds and makes what another run has bound and made, and kills what has its own name. */
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
      sys.exit(int(open('code').read()))
      """;

  @Test
  void everyVerdictIsThatOfTheCommitAlone() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      repository.commit("before", Map.of("file", "before", ".assay.yml", "test: 'true'\n"));
      assay.coordinator().awaitOutput("is the active coordinator now");
      assay
          .worker("meddled", "--slots", "4", "--executor", "sandbox", "--network", "none")
          .awaitOutput("takes jobs of");
      assay.observer("sample=" + repository.path()).awaitOutput("1 new commit");

      List<CommitId> commits = new ArrayList<>();
      for (int i = 0; i < COMMITS; i++) {
        commits.add(
            repository.commit(
                "number " + i,
                Map.of(
                    "code",
                    Integer.toString(i % 3),
                    "meddle.py",
                    MEDDLING,
                    ".assay.yml",
                    "test: python3 meddle.py\n")));
      }
      assay.awaitVerdicts("sample", commits);

      for (int i = 0; i < COMMITS; i++) {
        assertThat(assay.awaitVerdict("sample", commits.get(i)).outcome())
            .as("commit %d: %s", i, assay.result("sample", commits.get(i)).summary())
            .isEqualTo(i % 3 == 0 ? Outcome.PASSED : Outcome.FAILED);
        assertThat(assay.result("sample", commits.get(i)).exitCode()).isEqualTo(i % 3);
        assertThat(assay.result("sample", commits.get(i)).execution().executor())
            .isEqualTo("sandbox");
      }
    }
  }
}
