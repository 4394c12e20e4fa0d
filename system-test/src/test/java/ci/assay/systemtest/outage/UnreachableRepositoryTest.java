package ci.assay.systemtest.outage;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.model.CommitId;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.GitHttpServer;
import ci.assay.testing.TcpProxy;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many jobs of a repository whose server is down are in the queue before those of another. */
class UnreachableRepositoryTest {

  private static final int UNREACHABLE = 200;
  private static final int REACHABLE = 20;
  private static final Duration WITHOUT_STARVING = Duration.ofSeconds(60);

  /** Fewer than one channel for each job that waits. */
  private static final long MOST_CHANNELS = 59;

  /** Tries come after 2 s, 4 s, 8 s …, so only a few in a minute. */
  private static final int MOST_TRIES = 10;

  @TempDir Path folder;

  @Test
  void jobsOfOthersAreJudgedMeanwhileAndItsOwnWhenItIsBack() throws Exception {
    BrokerAddress host = TestBroker.administered().newVirtualHost();
    try (TestRepository down = TestRepository.in(folder.resolve("served/down"));
        TestRepository up = TestRepository.in(folder.resolve("up"));
        GitHttpServer server = new GitHttpServer(folder.resolve("served"), null);
        TcpProxy network = TcpProxy.to(address(server));
        Installation assay = new Installation(folder, host)) {
      List<CommitId> waiting = new ArrayList<>();
      List<CommitId> others = new ArrayList<>();
      waiting.add(down.commit("first", Map.of("file", "0")));
      others.add(up.commit("first", Map.of("file", "0")));
      assay.coordinator().awaitOutput("is the active coordinator now");
      String url = "http://127.0.0.1:" + network.address().port() + "/down";
      AssayProcess observer = assay.observer("--test", "true", "down=" + url, "up=" + up.path());
      observer.awaitOutput("down: 1 new commit").awaitOutput("up: 1 new commit");
      waiting.addAll(down.commits(UNREACHABLE - 1));
      observer.awaitOutput("down: 199 new commits");
      network.refuse();
      others.addAll(up.commits(REACHABLE - 1));
      observer.awaitOutput("up: 19 new commits");

      List<AssayProcess> workers = List.of(assay.worker("one"), assay.worker("two"));
      assay.awaitVerdicts("up", others, WITHOUT_STARVING);

      assertThat(channels(host)).as("of all programs").isBetween(1L, MOST_CHANNELS);
      assertThat(workers).allMatch(each -> tries(each) <= MOST_TRIES);
      assertThat(waiting).allMatch(each -> assay.verdict("down", each).isEmpty());

      network.mend();
      assay.awaitVerdicts("down", waiting, Duration.ofMinutes(3));

      assertThat(waiting).allMatch(each -> assay.runs("down", each) == 1);
    }
  }

  private static long channels(BrokerAddress host) {
    String hosts = TestBroker.administered().ctl("list_channels", "vhost");
    return hosts.lines().filter(host.virtualHost()::equals).count();
  }

  private static long tries(AssayProcess worker) {
    return worker.output().lines().filter(line -> line.contains("trying again in")).count();
  }

  private static BrokerAddress address(GitHttpServer server) {
    URI uri = URI.create(server.url("down"));
    return new BrokerAddress(false, "127.0.0.1", uri.getPort(), new BrokerLogin("", ""), "/", null);
  }
}
