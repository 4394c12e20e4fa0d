package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.metrics.HealthServer;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.cli.metrics.WorkerMeters;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.FetchOptions;
import ci.assay.cli.option.HealthOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.IsolationOptions;
import ci.assay.cli.option.SecretSections;
import ci.assay.cli.option.WorkOption;
import ci.assay.cli.process.Closer;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.HostName;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.Size;
import ci.assay.common.Durations;
import ci.assay.model.Job;
import ci.assay.worker.Worker;
import ci.assay.worker.WorkerHealth;
import ci.assay.worker.job.RunListener;
import ci.assay.worker.settings.CheckoutLimits;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay worker}. */
@Command(
    name = "worker",
    description = {"Takes jobs from the queue, runs them and reports the results.", ""},
    footer = {
      "",
      "Runs until SIGTERM or Ctrl-C: then it takes no more jobs, finishes what it runs and ends",
      "with exit code 0; what is not finished within --drain-limit goes back to the queue. A",
      "second Ctrl-C ends it at once.",
      "",
      "Examples:  assay worker --slots 4",
      "           assay worker --broker amqps://worker@mq.example.org/ci --pool linux \\",
      "             --broker-password-file /etc/assay/worker-password"
    })
public final class WorkerCommand implements Callable<Integer> {

  /** Java's property that leaves out the rehearsal when it is {@code false}. */
  private static final String REHEARSAL = "assay.rehearsal";

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin WorkOption work;
  @Mixin HealthOptions health = new HealthOptions();
  @Mixin IsolationOptions isolation = new IsolationOptions();
  @Mixin FetchOptions fetch = new FetchOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name in results and on the management page (default: the host's name).")
  @Nullable Name name;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many runs at a time (default: 1).")
  Count slots = new Count(1);

  @Option(
      names = "--pool",
      paramLabel = "NAME",
      split = ",",
      defaultValue = Job.DEFAULT_POOL,
      description =
          "The pools to take jobs from; repeat it or separate by commas (default: default).")
  List<Name> pools = List.of(new Name(Job.DEFAULT_POOL));

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many runs of one job may be lost with their workers (default: 3).")
  Count maxAttempts = new Count(3);

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "30m",
      description = "How long a run may take if .assay.yml does not say (default: 30m).")
  Duration timeout = Job.DEFAULT_TIMEOUT;

  @Option(
      names = "--drain-limit",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long to wait for running tests when stopping (default: 10m).")
  Duration drainLimit = Duration.ofMinutes(10);

  @Option(
      names = "--min-free-disk",
      paramLabel = "SIZE",
      defaultValue = "500M",
      description = "Takes no jobs while less than this is free in --work (default: 500M).")
  Size minFreeDisk = Size.parse("500M");

  @Option(
      names = "--log-cap",
      paramLabel = "SIZE",
      defaultValue = "16M",
      description = "How much of the output of one run is kept (default: 16M).")
  Size logCap = Size.parse("16M");

  @Option(
      names = "--artifact-limit",
      paramLabel = "SIZE",
      defaultValue = "100M",
      description =
          "How much of the artifacts of one run is kept, 256M at most, 0 for none (default: 100M).")
  Size artifactLimit = Size.parse("100M");

  @Option(
      names = "--keep-trees",
      paramLabel = "TIME",
      defaultValue = "14d",
      description =
          "Removes checkouts and homes that have not been used for this long (default: 14d).")
  Duration keepTrees = Duration.ofDays(14);

  @Option(
      names = "--max-home-copy",
      paramLabel = "SIZE",
      defaultValue = "1G",
      description =
          "Runs of untrusted refs get a copy of the kept HOME if it is no larger (default: 1G).")
  Size maxHomeCopy = Size.parse("1G");

  @Option(
      names = "--max-checkout-files",
      paramLabel = "N",
      defaultValue = "900000",
      description = "A commit with more files and folders is errored (default: 900000).")
  Count maxCheckoutFiles = new Count(900_000);

  @Option(
      names = "--max-checkout-size",
      paramLabel = "SIZE",
      defaultValue = "10G",
      description = "A commit whose files add up to more is errored (default: 10G).")
  Size maxCheckoutSize = Size.parse("10G");

  @Option(
      names = "--max-checkout-depth",
      paramLabel = "N",
      defaultValue = "200",
      description = "A commit with folders nested deeper is errored (default: 200).")
  Count maxCheckoutDepth = new Count(200);

  @Option(
      names = "--checkout-timeout",
      paramLabel = "TIME",
      defaultValue = "30m",
      description = "A commit whose checkout takes longer is errored (default: 30m).")
  Duration checkoutTimeout = Duration.ofMinutes(30);

  public WorkerCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
    this.work = new WorkOption(context);
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = settings(broker.address());
    StopSignal stop = context.stop();
    context.announce(
        "worker %s: broker %s, %s, work in %s"
            .formatted(settings.name(), settings.broker(), inWords(settings), settings.work()));
    try (Closer closer = new Closer()) {
      Worker worker = worker(settings, closer);
      if (stop.start(worker::start)) {
        if (!"false".equals(System.getProperty(REHEARSAL))) {
          worker.rehearse();
        }
        stop.await();
        sayWhatIsAwaited(settings.name(), worker.health());
        worker.drain();
      }
    }
    return ExitCode.OK;
  }

  private void sayWhatIsAwaited(String name, WorkerHealth now) {
    if (now.busy() + now.spooled() > 0) {
      context.announce(
          "worker %s: stops within %s, when its runs (%d) are over and the broker has its results (%d);"
                  .formatted(name, Durations.text(drainLimit), now.busy(), now.spooled())
              + " a second signal ends it at once");
    }
  }

  private Worker worker(WorkerSettings settings, Closer closer) {
    if (!health.isGiven()) {
      return closer.add(new Worker(settings, RunListener.none(), context.clock()));
    }
    ProcessMeters meters = closer.add(new ProcessMeters());
    WorkerMeters runs = new WorkerMeters(meters, context.clock());
    Worker worker = closer.add(new Worker(settings, runs, context.clock()));
    runs.watch(worker);
    HealthServer server =
        closer.add(health.serve(meters, () -> Optional.ofNullable(worker.health().obstacle())));
    context.announce("worker: health at " + server.address());
    return worker;
  }

  private WorkerSettings settings(BrokerAddress address) {
    return new WorkerSettings(
        address,
        name == null ? HostName.get() : name.value(),
        new WorkerSettings.Capacity(
            slots.value(),
            pools.stream().map(Name::value).toList(),
            isolation.isolation(Isolation.Executor.AUTO, List.of()),
            SecretSections.read(context, config)),
        new WorkerSettings.Limits(timeout, maxAttempts.value(), drainLimit),
        work.folder(),
        new WorkerSettings.Disk(
            minFreeDisk.bytes(),
            new WorkerSettings.Output(logCap.bytes(), artifactLimit.bytes()),
            keepTrees,
            new CheckoutLimits(
                maxCheckoutFiles.value(),
                maxCheckoutSize.bytes(),
                maxCheckoutDepth.value(),
                checkoutTimeout),
            fetch.limits(),
            maxHomeCopy.bytes()));
  }

  private static String inWords(WorkerSettings settings) {
    return "%d %s for %s %s"
        .formatted(
            settings.slots(),
            settings.slots() == 1 ? "slot" : "slots",
            settings.pools().size() == 1 ? "pool" : "pools",
            String.join(", ", settings.pools()));
  }
}
