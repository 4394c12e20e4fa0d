package ci.assay.cli.command;

import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.HttpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.value.WebAddress;
import ci.assay.web.hook.HookSecrets;
import ci.assay.web.hook.Hooks;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay hook}. */
@Command(
    name = "hook",
    description = {"Prints what to enter at a forge so that it reports each push at once.", ""},
    footer = {
      "",
      "For GitHub, GitLab, Gitea, Forgejo, Bitbucket and whatever sends Standard Webhooks.",
      "A secret is made when the repository has none; --new makes another one, and the old ones",
      "stay valid until their lines are removed from the file.",
      "",
      "Example:  assay hook bottle --url https://ci.example.org"
    })
public final class HookCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;

  @Option(
      names = "--hook-secrets",
      paramLabel = "FILE",
      description = "The file (default: .hook-secrets in the results folder).")
  @Nullable Path file;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the forge reaches the pages (default: http://127.0.0.1:8010).")
  @Nullable WebAddress url;

  @Option(
      names = "--new",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Makes another secret.")
  boolean another;

  @Parameters(paramLabel = "REPOSITORY", description = "Its name, as the observer knows it.")
  String repository = "";

  public HookCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() {
    HookSecrets secrets =
        new HookSecrets(file != null ? file : HttpOptions.hookSecretsIn(results.folder()));
    List<String> known = secrets.of(repository);
    String secret = another || known.isEmpty() ? secrets.add(repository) : known.get(0);
    String base = url == null ? "http://127.0.0.1:8010" : url.uri().toString();
    PrintStream out = context.terminal().out();
    out.println("URL:           " + base.replaceFirst("/+$", "") + Hooks.ROOT + repository);
    out.println("Secret:        " + secret);
    out.println("Content type:  application/json");
    out.println("Events:        pushes (branches and tags), pull or merge requests");
    return ExitCode.OK;
  }
}
