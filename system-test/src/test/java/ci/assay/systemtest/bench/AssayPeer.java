package ci.assay.systemtest.bench;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.systemtest.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Observer, coordinator and workers. */
final class AssayPeer implements Peer {

  private static final String NAME = "sample";

  private final SampleHistory history;
  private final Installation assay;
  private final ProcessorTime time = new ProcessorTime();

  /**
   * Starts all and waits until the first commit of the history, which is in no batch, is judged.
   */
  AssayPeer(Path folder, SampleHistory history, BrokerAddress broker, Setting setting)
      throws IOException, InterruptedException {
    this.history = history;
    this.assay = new Installation(Files.createDirectories(folder), broker);
    history.push(0);
    time.watch("coordinator", assay.coordinator().pid());
    for (int worker = 1; worker <= setting.workers(); worker++) {
      time.watch("workers", assay.worker("worker-" + worker, setting.slots()).pid());
    }
    String repository = NAME + "=" + history.repository();
    time.watch("observer", assay.observer("--test", setting.test(), repository).pid());
    time.watchProgram("broker", "beam.smp");
    assay.awaitVerdicts(NAME, history.commits().subList(0, 1));
  }

  /** How many workers with how many slots each run this test. */
  record Setting(int workers, int slots, String test) {}

  @Override
  public String name() {
    return "Assay";
  }

  @Override
  public Progress run(List<CommitId> commits) throws IOException, InterruptedException {
    history.push(history.commits().indexOf(commits.get(commits.size() - 1)));
    assay.awaitFiles(NAME, commits);
    return Progress.of(
        assay.queuedAt(NAME, commits),
        commits.stream().map(commit -> assay.fileOf(NAME, commit)).toList());
  }

  @Override
  public ProcessorTime time() {
    return time;
  }

  @Override
  public void close() {
    assay.close();
  }
}
