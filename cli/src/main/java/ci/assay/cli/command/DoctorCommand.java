package ci.assay.cli.command;

import ci.assay.cli.console.Style;
import ci.assay.cli.console.Table;
import ci.assay.cli.doctor.BrokerChecks;
import ci.assay.cli.doctor.Finding;
import ci.assay.cli.doctor.Finding.Level;
import ci.assay.cli.doctor.FolderCheck;
import ci.assay.cli.doctor.MachineChecks;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.WorkOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.model.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin BrokerOptions broker = new BrokerOptions();
  @Mixin ResultsOption results;

  @Mixin WorkOption work;

  public DoctorCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
    this.work = new WorkOption(context);
  }

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(MachineChecks.findings(context.environment(), context.clock()));
    findings.addAll(
        BrokerChecks.findings(broker.address(), "assay doctor", List.of(Job.DEFAULT_POOL)));
    findings.add(FolderCheck.of("results", results.folder()));
    findings.add(FolderCheck.of("work", work.folder()));
    findings.addAll(FolderCheck.aside(work.folder()));
    print(findings);
    return findings.stream().anyMatch(each -> each.level() == Level.FAIL)
        ? ExitCode.CANNOT_RUN
        : ExitCode.OK;
  }

  private void print(List<Finding> findings) {
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
