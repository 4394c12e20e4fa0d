package ci.assay.cli;

import ci.assay.broker.BrokerAddress;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.CoordinatorSettings;
import ci.assay.coordinator.VerdictListener;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay coordinator}. */
@Command(
    name = "coordinator",
    description = {"Stores what the workers report, one verdict for each commit.", ""},
    footer = {
      "",
      "Runs until SIGTERM or Ctrl-C; exit code 0 then. Results that come meanwhile wait in the",
      "queue.",
      "",
      "Example:  assay coordinator --results /srv/assay/results"
    })
final class CoordinatorCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin ResultsOption results;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Who this is in the broker's management page (default: the host's name).")
  @Nullable Name name;

  CoordinatorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.results = new ResultsOption(surroundings);
  }

  @Override
  public Integer call() throws Exception {
    BrokerAddress address = broker.address();
    String who = name == null ? HostName.get() : name.value();
    StopRequest stop = surroundings.stop();
    surroundings.announce(
        "coordinator %s: broker %s, results in %s".formatted(who, address, results.folder()));
    try (Coordinator coordinator =
        new Coordinator(
            new CoordinatorSettings(address, who, results.folder()),
            VerdictListener.none(),
            surroundings.clock())) {
      if (stop.start(coordinator::start)) {
        stop.await();
      }
    }
    return ExitCode.OK;
  }
}
