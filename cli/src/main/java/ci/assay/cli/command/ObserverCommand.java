package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.metrics.HealthServer;
import ci.assay.cli.metrics.ObserverMeters;
import ci.assay.cli.metrics.ProcessMeters;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.FetchOptions;
import ci.assay.cli.option.HealthOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.WatchOptions;
import ci.assay.cli.process.Closer;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.system.ConfigReloader;
import ci.assay.cli.value.HostName;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.common.Durations;
import ci.assay.git.GitUrl;
import ci.assay.observer.Observer;
import ci.assay.observer.settings.ObserverSettings;
import ci.assay.observer.settings.WatchedRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay observer}. */
@Command(
    name = "observer",
    description = {"Watches repositories and queues a job for each new commit.", ""},
    footer = {
      "",
      "Repositories can also be listed in assay.yaml, each with settings of its own:",
      "  repositories:",
      "    - name: bottle",
      "      url: https://git.example.org/bottle.git",
      "      refs: [refs/heads/main, refs/heads/release/*]",
      "      test: python3 -m unittest discover -s test",
      "REPO on the command line replaces that list. The list is read again when the file changes, and",
      "at SIGHUP; a file with mistakes is refused, and the observer goes on as before.",
      "",
      "Runs until SIGTERM or Ctrl-C, then ends with exit code 0. No commit is missed in between:",
      "the next start continues where this one ended.",
      "",
      "Examples:  assay observer --test 'make check' ../bottle",
      "           assay observer --broker amqps://observer@mq.example.org/ci \\",
      "               --broker-password-file /etc/assay/observer-password \\",
      "               bottle=ssh://git@git.example.org/bottle.git"
    })
public final class ObserverCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(ObserverCommand.class);

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin WatchOptions watch = new WatchOptions();
  @Mixin HealthOptions health = new HealthOptions();
  @Mixin FetchOptions fetch = new FetchOptions();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where it notes what it has seen and published, and keeps mirrors (default: ~/.local/share/assay/observer).")
  @Nullable Path state;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name on the broker's management page (default: the host's name).")
  @Nullable Name name;

  @Option(
      names = "--reconcile",
      paramLabel = "TIME",
      defaultValue = "1m",
      description =
          "How often the coordinator is asked about its jobs; one that it never received is"
              + " queued again (default: 1m).")
  Duration reconcile = ObserverSettings.DEFAULT_RECONCILE;

  @Option(
      names = "--once",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Polls each repository once, queues what is new and ends.")
  boolean once;

  @Parameters(
      paramLabel = "REPO",
      arity = "0..*",
      descriptionKey = "repo",
      split = ",",
      description = RepositoryArgument.DESCRIPTION)
  List<String> repositories = List.of();

  public ObserverCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public Integer call() throws Exception {
    BrokerAddress address = broker.address();
    List<WatchedRepository> watched =
        watch.watched(context, repositories, config.get().repositories());
    String who = name == null ? HostName.get() : name.value();
    Path folder = state != null ? state : context.dataFolder().resolve("observer");
    StopSignal stop = context.stop();
    context.announce(
        "observer %s: broker %s, %s, state in %s"
            .formatted(who, address, inWords(watched), folder));
    watched.forEach(ObserverCommand::warnOfPath);
    ObserverSettings settings =
        new ObserverSettings(address, who, folder, watched, reconcile, fetch.limits());
    try (Closer closer = new Closer()) {
      Observer observer = observer(settings, closer);
      if (stop.start(once ? observer::pollOnce : observer::start) && !once) {
        reload(observer, watched, stop, closer);
        stop.await();
      }
    }
    return ExitCode.OK;
  }

  private void reload(
      Observer observer, List<WatchedRepository> watched, StopSignal stop, Closer closer) {
    Path file = config.file();
    if (file != null && repositories.isEmpty()) {
      ConfigReloader<List<WatchedRepository>> reloader =
          closer.add(
              new ConfigReloader<>(
                  file,
                  "the repositories",
                  watch.rereading(context, config),
                  now -> {
                    now.stream()
                        .filter(each -> !observer.isWatching(each.name()))
                        .forEach(ObserverCommand::warnOfPath);
                    observer.update(now);
                    return inWords(now);
                  }));
      reloader.start(watched);
      context.onHangup(stop, reloader::readAgain);
    }
  }

  private Observer observer(ObserverSettings settings, Closer closer) {
    if (!health.isGiven()) {
      return closer.add(new Observer(settings, context.clock()));
    }
    ProcessMeters meters = closer.add(new ProcessMeters());
    ObserverMeters polls = new ObserverMeters(meters);
    Observer observer = closer.add(new Observer(settings, polls, context.clock()));
    polls.watch(observer);
    HealthServer server =
        closer.add(health.serve(meters, () -> Optional.ofNullable(observer.health().obstacle())));
    context.announce("observer: health at " + server.address());
    return observer;
  }

  /** Warns of a repository that is given by a path, which workers elsewhere may not have. */
  private static void warnOfPath(WatchedRepository watched) {
    Path local = GitUrl.parse(watched.repository().url()).local();
    if (local != null) {
      log.warn(
          "{} is given by a path: workers on other machines can test it only where {} is the same"
              + " repository; a URL (ssh: or https:) needs no such thing",
          watched.name(),
          local);
    }
  }

  private static String inWords(List<WatchedRepository> watched) {
    WatchedRepository first = watched.get(0);
    String interval = Durations.text(first.interval());
    return watched.size() == 1
        ? "polling " + first.repository().name() + " every " + interval
        : "polling " + watched.size() + " repositories";
  }
}
