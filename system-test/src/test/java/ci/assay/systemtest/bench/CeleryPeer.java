package ci.assay.systemtest.bench;

import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.systemtest.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Celery as careful as it can be: late acknowledgements, a prefetch of one, publisher confirms. Its
 * verdicts are files of the machine that tested, not flushed, and nobody collects them.
 */
final class CeleryPeer implements Peer {

  /** Debian's package is for Debian's interpreter. */
  private static final String PYTHON = "/usr/bin/python3";

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final Writer commits;
  private final BufferedReader began;
  private final ProcessorTime time = new ProcessorTime();

  /** Starts a worker with this many processes, and a sender. */
  CeleryPeer(Path folder, Path repository, BrokerAddress broker, int slots, String test)
      throws IOException, InterruptedException {
    this.folder = folder;
    var unused = new NativeLoop(folder, repository, slots); // makes the clones
    try (InputStream program = CeleryPeer.class.getResourceAsStream("celery_peer.py")) {
      Files.copy(program, folder.resolve("celery_peer.py"));
    }
    Process worker =
        start(
            broker,
            test,
            "-m celery -A celery_peer worker --loglevel WARNING --without-gossip --without-mingle"
                + " --concurrency "
                + slots);
    await().atMost(LIMIT).until(() -> worker.children().count() == slots);
    Process sender = start(broker, test, "celery_peer.py");
    this.commits = sender.outputWriter();
    this.began = sender.inputReader();
    time.watch("sender", sender.pid());
    time.watch("workers", worker.pid());
    worker.children().forEach(child -> time.watch("workers", child.pid()));
    time.watchProgram("broker", "beam.smp");
  }

  /** What is missing for it; empty if nothing. */
  static String missing() throws IOException, InterruptedException {
    boolean isThere =
        Files.isExecutable(Path.of(PYTHON))
            && new ProcessBuilder(PYTHON, "-c", "import celery")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
    return isThere ? "" : "Celery is not here: apt-get install python3-celery";
  }

  private Process start(BrokerAddress broker, String test, String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(Arrays.asList(arguments.split(" ", -1)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("celery.log").toFile());
    builder.environment().put("C_FORCE_ROOT", "true"); // else it refuses to run as root
    builder.environment().put("PEER_BROKER", Installation.uri(broker));
    builder.environment().put("PEER_CLONES", folder.toString());
    builder.environment().put("PEER_TEST", test);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  @Override
  public String name() {
    return "Celery";
  }

  @Override
  public Progress run(List<CommitId> batch) throws IOException {
    Path out = Files.createTempDirectory(folder, "verdicts-");
    commits.write(
        batch.stream().map(CommitId::value).collect(Collectors.joining(" ", out + " ", "\n")));
    commits.flush();
    long nanos = Long.parseLong(began.readLine());
    List<Path> files =
        batch.stream().map(commit -> out.resolve(commit.value() + ".verdict")).toList();
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> files.stream().allMatch(Files::exists));
    return Progress.of(Instant.ofEpochSecond(0, nanos), files);
  }

  @Override
  public ProcessorTime time() {
    return time;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroy);
    processes.forEach(each -> each.onExit().join());
  }
}
