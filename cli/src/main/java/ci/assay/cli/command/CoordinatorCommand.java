package ci.assay.cli.command;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.HttpOptions;
import ci.assay.cli.option.NotifySections;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.process.StopSignal;
import ci.assay.cli.system.NotificationService;
import ci.assay.cli.system.WebSide;
import ci.assay.cli.value.HostName;
import ci.assay.cli.value.Name;
import ci.assay.coordinator.Coordinator;
import ci.assay.coordinator.settings.CoordinatorSettings;
import ci.assay.coordinator.settings.CoordinatorTimings;
import ci.assay.coordinator.store.VerdictListener;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.web.WebSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay coordinator}. */
@Command(
    name = "coordinator",
    description = {"Stores what the workers report: one verdict for each commit.", ""},
    footer = {
      "",
      "Runs until SIGTERM or Ctrl-C, then ends with exit code 0. Results that arrive while none runs",
      "wait in the queue. A second coordinator with the same results folder stands by and takes over",
      "when the first is gone; one with another folder ends with exit code 3.",
      "",
      "It tells people and forges of verdicts as the section notify of assay.yaml says:",
      "docs/notifications.md, assay notifications.",
      "",
      "Example:  assay coordinator --results /srv/assay/results --http 127.0.0.1:8010"
    })
public final class CoordinatorCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin ResultsOption results;
  @Mixin HttpOptions http = new HttpOptions();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Its name on the broker's management page (default: the host's name).")
  @Nullable Name name;

  @Option(
      names = "--sweep-after",
      paramLabel = "TIME",
      defaultValue = "2m",
      description =
          "How long a job may be in no queue and with no worker before it is queued again; doubled"
              + " each time (default: 2m).")
  Duration sweepAfter = Duration.ofMinutes(2);

  public CoordinatorCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws Exception {
    BrokerAddress address = broker.address();
    String who = name == null ? HostName.get() : name.value();
    StopSignal stop = context.stop();
    context.announce(
        "coordinator %s: broker %s, results in %s".formatted(who, address, results.folder()));
    WebSettings pages = http.settings(results.folder());
    NotifySettings notify = NotifySections.read(context, config.get()).orElse(NotifySettings.NONE);
    try (WebSide web = pages == null ? null : new WebSide(pages, context.clock());
        NotificationService notifications =
            NotificationService.of(results.folder(), web, notify, context.clock())
                .reloading(config.file(), () -> NotifySections.reread(context, config));
        Coordinator coordinator =
            new Coordinator(
                new CoordinatorSettings(
                    address,
                    who,
                    results.folder(),
                    CoordinatorTimings.DEFAULT.sweepingAfter(sweepAfter)),
                notifications.before(web == null ? VerdictListener.none() : web.listener()),
                context.clock())) {
      coordinator.whenFailed(stop::ask);
      if (stop.start(coordinator::start)) {
        notifications.start(coordinator);
        context.onHangup(stop, notifications::readAgain);
        if (web != null) {
          context.announce("pages at " + web.start(coordinator, notifications));
        }
        stop.await();
      }
      if (coordinator.failure().isPresent()) {
        throw coordinator.failure().get();
      }
    }
    return ExitCode.OK;
  }
}
