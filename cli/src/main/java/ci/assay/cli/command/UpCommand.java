package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.embedded.EmbeddedBroker;
import ci.assay.cli.metrics.ObserverMeters;
import ci.assay.cli.metrics.WorkerMeters;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.HttpOptions;
import ci.assay.cli.option.IsolationOptions;
import ci.assay.cli.option.LocalBrokerOptions;
import ci.assay.cli.option.NotifySections;
import ci.assay.cli.option.SecretSections;
import ci.assay.cli.option.WatchOptions;
import ci.assay.cli.process.Closer;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.system.ConfigReloader;
import ci.assay.cli.system.LocalSystem;
import ci.assay.cli.system.LocalWorkers;
import ci.assay.cli.system.NotificationService;
import ci.assay.cli.system.WebSide;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.HostName;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.CannotRunException;
import ci.assay.coordinator.Coordinator;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.observer.settings.WatchedRepository;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.WorkerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay up}. */
@Command(
    name = "up",
    description = {
      "Watches repositories and tests each new commit, all in one process, without RabbitMQ.",
      ""
    },
    footer = {
      "",
      "Runs until SIGTERM or Ctrl-C, then ends with exit code 0. Queued jobs are kept under --data",
      "for the next start. Repositories can also be listed in assay.yaml; see assay observer.",
      "",
      "The pages are at --http, by default 127.0.0.1:8010.",
      "",
      "Example:  assay up --workers 2 ../bottle https://git.example.org/other.git"
    })
public final class UpCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin IsolationOptions isolation = new IsolationOptions();
  @Mixin HelpOptions help = new HelpOptions();
  @Mixin LocalBrokerOptions broker = new LocalBrokerOptions();
  @Mixin WatchOptions watch = new WatchOptions();
  @Mixin HttpOptions http = new HttpOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Everything that is kept: DIR/results, queues, mirrors (default: ~/.local/share/assay).")
  @Nullable Path data;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "How many runs at a time (default: one per processor).")
  @Nullable Count workers;

  @Parameters(
      paramLabel = "REPO",
      arity = "0..*",
      descriptionKey = "repo",
      split = ",",
      description = RepositoryArgument.DESCRIPTION)
  List<String> repositories = List.of();

  public UpCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public Integer call() throws Exception {
    List<WatchedRepository> watched =
        watch.watched(context, repositories, config.get().repositories());
    Path folder = data != null ? data : context.dataFolder();
    int slots = workers == null ? Runtime.getRuntime().availableProcessors() : workers.value();
    StopSignal stop = context.stop();
    BrokerAddress address = broker.address();
    context.announce(
        "up: %s, %d runs at a time, broker %s, results in %s"
            .formatted(
                names(watched),
                slots,
                address == null ? "embedded" : address,
                folder.resolve("results")));
    try (Closer closer = new Closer()) {
      boolean isEmbedded = address == null;
      if (address == null) {
        address = closer.add(EmbeddedBroker.durable(folder)).address();
      }
      WebSide web =
          closer.add(new WebSide(http.settingsOrUsual(folder.resolve("results")), context.clock()));
      NotifySettings notify =
          NotifySections.read(context, config.get()).orElse(NotifySettings.NONE);
      NotificationService notifications =
          closer.add(
              NotificationService.of(folder.resolve("results"), web, notify, context.clock())
                  .reloading(config.file(), () -> NotifySections.reread(context, config)));
      LocalSystem system = closer.add(new LocalSystem(address, context.clock(), stop::ask));
      WorkerSettings worker =
          LocalWorkers.settings(
                  address, HostName.get(), slots, folder.resolve("worker"), watch.timeout())
              .isolatedBy(isolation.isolation(Isolation.Executor.AUTO, List.of(folder)))
              .giving(SecretSections.read(context, config));
      WorkerSettings own = isEmbedded ? worker.alone() : worker;
      if (stop.start(() -> start(system, new Sides(web, notifications), own, folder, watched))) {
        reload(system, notifications, watched, stop, closer);
        stop.await();
        system.drain();
      }
    }
    return ExitCode.OK;
  }

  private void reload(
      LocalSystem system,
      NotificationService notifications,
      List<WatchedRepository> watched,
      StopSignal stop,
      Closer closer) {
    Path file = config.file();
    if (file == null || !repositories.isEmpty()) {
      context.onHangup(stop, notifications::readAgain);
      return;
    }
    ConfigReloader<List<WatchedRepository>> reloader =
        closer.add(
            new ConfigReloader<>(
                file,
                "the repositories",
                watch.rereading(context, config),
                now -> {
                  system.watchInstead(now);
                  return names(now);
                }));
    reloader.start(watched);
    context.onHangup(
        stop,
        () -> {
          notifications.readAgain();
          reloader.readAgain();
        });
  }

  private static String names(List<WatchedRepository> watched) {
    return String.join(", ", watched.stream().map(WatchedRepository::name).toList());
  }

  private record Sides(WebSide web, NotificationService notifications) {}

  private void start(
      LocalSystem system,
      Sides sides,
      WorkerSettings worker,
      Path folder,
      List<WatchedRepository> watched)
      throws InterruptedException {
    WebSide web = sides.web();
    Coordinator coordinator =
        system.startCoordinator(
            folder.resolve("results"), sides.notifications().before(web.listener()));
    sides.notifications().start(coordinator);
    servePages(web, coordinator, sides.notifications());
    WorkerMeters runs = new WorkerMeters(web.meters(), context.clock());
    runs.watch(system.startWorker(worker, runs));
    ObserverMeters polls = new ObserverMeters(web.meters());
    polls.watch(system.startObserver(folder.resolve("observer"), watched, polls));
  }

  /** Serves pages. If the default address is in use, the command goes on without pages. */
  private void servePages(WebSide web, Coordinator coordinator, NotificationService notifications) {
    try {
      context.announce("up: pages at " + web.start(coordinator, notifications));
    } catch (CannotRunException e) {
      if (http.isGiven()) {
        throw e;
      }
      context.announce("up: no pages: " + e.getMessage());
    }
  }
}
