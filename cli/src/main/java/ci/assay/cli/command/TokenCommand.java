package ci.assay.cli.command;

import ci.assay.cli.console.Table;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.HttpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.value.Name;
import ci.assay.cli.value.TokenRole;
import ci.assay.cli.value.TokenTask;
import ci.assay.common.InvalidInputException;
import ci.assay.web.access.Tokens;
import ci.assay.web.access.Visitor.Role;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay token}. */
@Command(
    name = "token",
    description = {"Adds, lists and removes the tokens of people who may act on the pages.", ""},
    footer = {
      "",
      "A token is printed once and is not stored; the file has only its hash. A removed token is",
      "invalid at once. Roles: read, act (rerun and cancel), admin.",
      "",
      "Examples:  assay token add ada --role act",
      "           assay token list",
      "           assay token remove ada"
    })
public final class TokenCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "The file (default: .tokens in the results folder).")
  @Nullable Path tokens;

  @Option(
      names = "--role",
      paramLabel = "read|act|admin",
      defaultValue = "act",
      description = "What the new one may do (default: act).")
  TokenRole role = new TokenRole(Role.ACT);

  @Mixin JsonOption json = new JsonOption();

  @Parameters(index = "0", paramLabel = "add|list|remove", description = "What to do.")
  TokenTask task = TokenTask.LIST;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Whose it is.")
  @Nullable Name name;

  public TokenCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() {
    Tokens file = new Tokens(tokens != null ? tokens : HttpOptions.tokensIn(results.folder()));
    PrintStream out = context.terminal().out();
    switch (task) {
      case ADD -> out.println(file.add(name(), role.role(), context.clock().instant()));
      case REMOVE -> file.remove(name());
      case LIST -> list(file, out);
    }
    return ExitCode.OK;
  }

  /** A line of the list. */
  private record Listed(String name, String role, Instant createdAt) {}

  private void list(Tokens file, PrintStream out) {
    List<Listed> entries =
        file.entries().stream()
            .map(
                entry ->
                    new Listed(
                        entry.name(),
                        entry.role().name().toLowerCase(Locale.ROOT),
                        entry.createdAt()))
            .toList();
    if (json.isGiven()) {
      JsonOption.print(entries, out);
      return;
    }
    Table table = new Table(context.terminal().columns(), false);
    table.row("NAME", "ROLE", "CREATED");
    entries.forEach(each -> table.row(each.name(), each.role(), each.createdAt().toString()));
    table.lines().forEach(out::println);
  }

  private String name() {
    if (name == null) {
      throw new InvalidInputException(
          "whose token? Give a name: assay token " + task.word() + " NAME");
    }
    return name.value();
  }
}
