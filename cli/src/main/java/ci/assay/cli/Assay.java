package ci.assay.cli;

import ci.assay.broker.BrokerAddress;
import ci.assay.cli.artifact.ArtifactsCommand;
import ci.assay.cli.command.AuditCommand;
import ci.assay.cli.command.CancelCommand;
import ci.assay.cli.command.CoordinatorCommand;
import ci.assay.cli.command.DemoCommand;
import ci.assay.cli.command.DoctorCommand;
import ci.assay.cli.command.ForgetCommand;
import ci.assay.cli.command.HookCommand;
import ci.assay.cli.command.LogCommand;
import ci.assay.cli.command.NotifyCommand;
import ci.assay.cli.command.ObserverCommand;
import ci.assay.cli.command.PruneCommand;
import ci.assay.cli.command.QueueCommand;
import ci.assay.cli.command.ReindexCommand;
import ci.assay.cli.command.RerunCommand;
import ci.assay.cli.command.ResultsCommand;
import ci.assay.cli.command.RunCommand;
import ci.assay.cli.command.TokenCommand;
import ci.assay.cli.command.UpCommand;
import ci.assay.cli.command.WaitCommand;
import ci.assay.cli.command.WhyCommand;
import ci.assay.cli.command.WorkerCommand;
import ci.assay.cli.command.WorkersCommand;
import ci.assay.cli.mcp.McpCommand;
import ci.assay.cli.notify.NotificationsCommand;
import ci.assay.cli.option.AssayCommand;
import ci.assay.cli.option.ConfigSource;
import ci.assay.cli.pipeline.ExecCommand;
import ci.assay.cli.pipeline.ValidateCommand;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.settings.Converters;
import ci.assay.cli.settings.SettingsProvider;
import ci.assay.cli.value.BrokerChoice;
import ci.assay.cli.value.Count;
import ci.assay.cli.value.DomainName;
import ci.assay.cli.value.HostAndPort;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.OptionValues;
import ci.assay.cli.value.RefGlob;
import ci.assay.cli.value.RepositoryArgument;
import ci.assay.cli.value.Size;
import ci.assay.cli.value.TokenRole;
import ci.assay.cli.value.TokenTask;
import ci.assay.cli.value.WebAddress;
import ci.assay.model.Repository;
import ci.assay.observer.settings.CommitSelection;
import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.view.ForgeLinks;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Finds the requested command, parses its options and runs it. */
final class Assay {

  private static final int HELP_COLUMNS = 100;

  private Assay() {}

  /** Runs the command that the arguments name; returns the exit code. */
  static int run(CommandContext context, String... arguments) {
    Failures failures = new Failures(context);
    ConfigSource config = new ConfigSource(context, arguments);
    Converters converters = converters(context);
    SettingsProvider settings = new SettingsProvider(context.environment(), config, converters);
    Map<String, Supplier<Object>> all = commands(context, config);
    config.setCommands(() -> commandLine(all.values()));
    Supplier<Object> only = arguments.length == 0 ? null : all.get(arguments[0]);
    CommandLine commands = commandLine(only == null ? all.values() : List.of(only));
    converters.registerWith(commands);
    commands.setDefaultValueProvider(settings);
    commands.setParameterExceptionHandler(failures);
    commands.setExecutionExceptionHandler(failures);
    commands.setExecutionStrategy(parsed -> execute(parsed, settings, failures));
    write(commands, context);
    return commands.execute(arguments);
  }

  /** All commands by name. Creating one takes time, so only those that are needed are created. */
  private static Map<String, Supplier<Object>> commands(
      CommandContext context, ConfigSource config) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new DemoCommand(context));
    commands.put("run", () -> new RunCommand(context, config));
    commands.put("up", () -> new UpCommand(context, config));
    commands.put("validate", () -> new ValidateCommand(context));
    commands.put("exec", () -> new ExecCommand(context));
    commands.put("coordinator", () -> new CoordinatorCommand(context, config));
    commands.put("worker", () -> new WorkerCommand(context, config));
    commands.put("observer", () -> new ObserverCommand(context, config));
    commands.put("results", () -> new ResultsCommand(context));
    commands.put("log", () -> new LogCommand(context));
    commands.put("why", () -> new WhyCommand(context));
    commands.put("wait", () -> new WaitCommand(context));
    commands.put("artifacts", () -> new ArtifactsCommand(context));
    commands.put("queue", () -> new QueueCommand(context));
    commands.put("workers", () -> new WorkersCommand(context));
    commands.put("cancel", () -> new CancelCommand(context));
    commands.put("rerun", () -> new RerunCommand(context));
    commands.put("audit", () -> new AuditCommand(context, config));
    commands.put("doctor", () -> new DoctorCommand(context, config));
    commands.put("token", () -> new TokenCommand(context));
    commands.put("hook", () -> new HookCommand(context));
    commands.put("notify", () -> new NotifyCommand(context));
    commands.put("notifications", () -> new NotificationsCommand(context, config));
    commands.put("mcp", () -> new McpCommand(context));
    commands.put("reindex", () -> new ReindexCommand(context));
    commands.put("prune", () -> new PruneCommand(context));
    commands.put("forget", () -> new ForgetCommand(context));
    return commands;
  }

  private static CommandLine commandLine(Collection<Supplier<Object>> subcommands) {
    CommandLine commandLine = new CommandLine(new AssayCommand());
    subcommands.forEach(each -> commandLine.addSubcommand(each.get()));
    return commandLine;
  }

  private static int execute(ParseResult parsed, SettingsProvider settings, Failures failures) {
    boolean asksForHelp =
        parsed.asCommandLineList().stream()
            .anyMatch(each -> each.isUsageHelpRequested() || each.isVersionHelpRequested());
    List<String> problems = asksForHelp ? List.of() : settings.problems(parsed);
    problems.forEach(failures::say);
    return problems.isEmpty() ? new RunLast().execute(parsed) : ExitCode.INVALID_INPUT;
  }

  private static Converters converters(CommandContext context) {
    return new Converters()
        .with(Path.class, context::path)
        .with(Duration.class, OptionValues::duration)
        .with(CommitSelection.class, OptionValues::selection)
        .with(Count.class, Count::parse)
        .with(Size.class, Size::parse)
        .with(HostAndPort.class, HostAndPort::parse)
        .with(TrustedProxies.Network.class, TrustedProxies.Network::parse)
        .with(ForgeLinks.Forge.class, ForgeLinks.Forge::parse)
        .with(ForgeLinks.Compare.class, ForgeLinks.Compare::parse)
        .with(DomainName.class, DomainName::parse)
        .with(WebAddress.class, WebAddress::parse)
        .with(TokenTask.class, TokenTask::parse)
        .with(TokenRole.class, TokenRole::parse)
        .with(Name.class, Name::parse)
        .with(BrokerAddress.class, BrokerAddress::parse)
        .with(BrokerChoice.class, BrokerChoice::parse)
        .with(Boolean.class, OptionValues::flag)
        .with(boolean.class, OptionValues::flag)
        .with(Repository.class, text -> RepositoryArgument.parse(context, text))
        .with(RefGlob.class, RefGlob::parse);
  }

  private static void write(CommandLine commands, CommandContext context) {
    commands.setOut(new PrintWriter(context.terminal().out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(context.terminal().err(), true, StandardCharsets.UTF_8));
    commands.setHelpFactory(PlainHelp::new);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpWidth(Math.min(HELP_COLUMNS, context.terminal().columns()));
    commands.setUsageHelpAutoWidth(false);
  }
}
