package ci.assay.cli.option;

import ci.assay.cli.process.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The top command, which has all others as subcommands. */
@Command(
    name = "assay",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Continuous integration where every commit gets exactly one stored verdict.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "To begin:  assay demo        shows the whole system at work, in a few seconds",
      "           assay run .       tests the last commit of the repository you are in",
      "",
      "Each option of a command can also be an environment variable (--max-attempts is",
      "ASSAY_MAX_ATTEMPTS) or a line in assay.yaml (max-attempts: 3); lists are separated by",
      "commas. The command line overrides the environment, which overrides the file.",
      "ASSAY_LOG=debug says more, ASSAY_LOG=warn less. NO_COLOR=1 turns colours off."
    })
public final class AssayCommand implements Callable<Integer> {

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin HelpOptions help = new HelpOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Shows the version.")
  boolean version;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.INVALID_INPUT;
  }
}
