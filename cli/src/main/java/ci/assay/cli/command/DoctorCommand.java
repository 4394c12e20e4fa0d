package ci.assay.cli.command;

import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.doctor.BrokerChecks;
import ci.assay.cli.doctor.Finding;
import ci.assay.cli.doctor.Finding.Level;
import ci.assay.cli.doctor.FolderCheck;
import ci.assay.cli.doctor.MachineChecks;
import ci.assay.cli.doctor.NotifyChecks;
import ci.assay.cli.doctor.RepositoryCheck;
import ci.assay.cli.doctor.SecretChecks;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.NotifySections;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.SecretSections;
import ci.assay.cli.option.WorkOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.settings.Setting;
import ci.assay.common.InvalidInputException;
import ci.assay.git.GitUrl;
import ci.assay.git.LocalRepository;
import ci.assay.model.Job;
import ci.assay.model.Repository;
import ci.assay.notify.ReceiverFactory;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code assay doctor}. */
@Command(
    name = "doctor",
    description = {
      "Checks what the other commands need and says what to do if something is missing.",
      ""
    },
    footer = {
      "",
      "Exit code: 0 when nothing failed (warnings may be there), 3 otherwise.",
      "",
      "Example:  assay doctor --broker amqp://assay@mq.example.org/ci \\",
      "              --broker-password-file /etc/assay/password"
    })
public final class DoctorCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ConfigSource config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin ResultsOption results;

  @Mixin WorkOption work;
  @Mixin JsonOption json = new JsonOption();

  @Parameters(
      paramLabel = "REPO",
      arity = "0..*",
      description =
          "PATH-OR-URL of git repositories that are to be tested (default: those in assay.yaml).")
  List<String> repositories = List.of();

  public DoctorCommand(CommandContext context, ConfigSource config) {
    this.context = context;
    this.config = config;
    this.results = new ResultsOption(context);
    this.work = new WorkOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(MachineChecks.findings(context.environment(), context.clock()));
    findings.addAll(
        BrokerChecks.findings(
            broker.address(), "assay doctor", List.of(Job.DEFAULT_POOL), context.environment()));
    findings.add(FolderCheck.of("results", results.folder()));
    findings.add(FolderCheck.of("work", work.folder()));
    findings.addAll(notifications());
    findings.addAll(secrets());
    urls().forEach(url -> findings.add(RepositoryCheck.of(url)));
    findings.addAll(FolderCheck.aside(work.folder()));
    print(findings);
    return findings.stream().anyMatch(each -> each.level() == Level.FAIL)
        ? ExitCode.CANNOT_RUN
        : ExitCode.OK;
  }

  private List<Finding> notifications() throws InterruptedException {
    try {
      NotifySettings settings =
          NotifySections.read(context, config.get()).orElse(NotifySettings.NONE);
      List<NotifyChecks.Watched> watched =
          urls().stream()
              .map(Repository::parse)
              .map(each -> new NotifyChecks.Watched(each.name(), each.url()))
              .toList();
      return NotifyChecks.findings(
          settings, new ReceiverFactory(new Http(context.clock())), watched);
    } catch (InvalidInputException e) {
      return NotifyChecks.wrong(e);
    }
  }

  private List<Finding> secrets() throws InterruptedException {
    try {
      return SecretChecks.findings(SecretSections.read(context, config));
    } catch (InvalidInputException e) {
      return SecretChecks.wrong(e);
    }
  }

  private List<String> urls() {
    if (repositories.isEmpty()) {
      return config.get().repositories().stream()
          .map(section -> section.get("url"))
          .filter(Objects::nonNull)
          .map(Setting::text)
          .map(this::absolute)
          .toList();
    }
    return repositories.stream().map(this::absolute).toList();
  }

  private String absolute(String url) {
    boolean isPath =
        !url.isBlank() && !url.startsWith("file:") && GitUrl.parse(url).local() != null;
    return isPath ? LocalRepository.topOf(context.path(url)).toString() : url;
  }

  /** A finding, for programs. */
  private record Row(String level, String subject, String text) {}

  private void print(List<Finding> findings) {
    if (json.isGiven()) {
      JsonOption.print(
          findings.stream()
              .map(
                  each ->
                      new Row(
                          each.level().name().toLowerCase(Locale.ROOT),
                          each.subject(),
                          each.text()))
              .toList(),
          context.terminal().out());
      return;
    }
    Style style = context.terminal().outStyle();
    Table table = new Table(context.terminal().columns(), false);
    findings.forEach(each -> table.row(word(style, each.level()), each.subject(), each.text()));
    table.lines().forEach(context.terminal().out()::println);
  }

  private static String word(Style style, Level level) {
    return switch (level) {
      case OK -> style.good("ok");
      case WARN -> style.odd("warn");
      case FAIL -> style.bad("FAIL");
    };
  }
}
