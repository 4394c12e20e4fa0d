package ci.assay.systemtest.bench;

import ci.assay.model.CommitId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The native loop: it has no queue, and what it was doing is lost with it. */
final class NativePeer implements Peer {

  private final NativeLoop loop;
  private final String test;
  private final ProcessorTime time = new ProcessorTime();

  NativePeer(Path folder, Path repository, int processes, String test)
      throws IOException, InterruptedException {
    this.loop = new NativeLoop(folder, repository, processes);
    this.test = test;
    time.watchEndedChildren("git and shells");
  }

  @Override
  public String name() {
    return "shell loop";
  }

  @Override
  public Progress run(List<CommitId> commits) throws IOException, InterruptedException {
    Instant began = Instant.now();
    loop.run(commits, test);
    return Progress.of(began, loop.lastVerdicts(commits));
  }

  @Override
  public ProcessorTime time() {
    return time;
  }

  @Override
  public void close() {}
}
