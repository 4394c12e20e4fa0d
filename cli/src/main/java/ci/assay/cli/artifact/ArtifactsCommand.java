package ci.assay.cli.artifact;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Table;
import ci.assay.cli.option.CommitArguments;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.option.ServerOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.value.Count;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Sizes;
import ci.assay.common.Texts;
import ci.assay.model.JobId;
import ci.assay.model.Result;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.wire.Codec;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay artifacts}. */
@Command(
    name = "artifacts",
    description = {"Lists or downloads the files that a commit's run left.", ""},
    footer = {
      "",
      "'artifacts' in .assay.yml says which files are kept and for how long. A download checks the",
      "SHA-256 of each file and does not replace files that exist.",
      "",
      "Exit code: 0 done, 2 wrong input or no artifacts, 3 could not.",
      "",
      "Examples:  assay artifacts bottle 4f1c0a",
      "           assay artifacts --server https://ci.example.org --to site bottle 4f1c0a"
    })
public final class ArtifactsCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin CommitArguments about = new CommitArguments();
  @Mixin ResultsOption results;
  @Mixin ServerOption server = new ServerOption();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Which of its variants, if it has more than one.")
  @Nullable String variant;

  @Option(
      names = "--rerun",
      paramLabel = "N",
      description = "Which rerun, 1 for the first run (default: the latest).")
  @Nullable Count rerun;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "Downloads all of them into this folder.")
  @Nullable Path to;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Prints the list as JSON on one line; docs/messages.md names the fields.")
  boolean json;

  public ArtifactsCommand(CommandContext context) {
    this.context = context;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    ArtifactSource source =
        server.isMeant()
            ? ArtifactSource.of(server.client(), about.repository(), about.commit())
            : ArtifactSource.of(results.reader(), about.repository(), about.commit());
    Result result = chosen(source);
    StoredArtifacts all =
        source
            .list(result.id())
            .orElseThrow(() -> none(result.id(), ArtifactSource.why(result.artifacts())));
    if (all.trouble() != null) {
      throw none(result.id(), "they could not be stored: " + all.trouble());
    }
    if (json) {
      context.terminal().out().println(Codec.line(all));
    }
    if (to != null) {
      download(source, result.id(), all, to);
    } else if (!json) {
      list(all);
    }
    return ExitCode.OK;
  }

  private Result chosen(ArtifactSource source) throws InterruptedException {
    List<Result> deciding = source.deciding();
    if (deciding.isEmpty()) {
      throw new InvalidInputException(
          "commit '%s' of repository '%s' has no result yet"
              .formatted(about.commit(), about.repository()));
    }
    List<String> variants = deciding.stream().map(each -> each.id().variant()).sorted().toList();
    String which = variant != null || variants.size() > 1 ? variant : variants.get(0);
    Result latest =
        deciding.stream()
            .filter(each -> each.id().variant().equals(which))
            .findAny()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "name the variant with --variant; commit '%s' has: %s"
                            .formatted(about.commit(), String.join(", ", variants))));
    if (rerun == null) {
      return latest;
    }
    int number = rerun.value();
    return source
        .rerun(latest.id().variant(), number)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no result of rerun %d of %s".formatted(number, latest.id())));
  }

  private static InvalidInputException none(JobId job, String why) {
    return new InvalidInputException("%s has no artifacts: %s".formatted(job, PlainText.line(why)));
  }

  private void list(StoredArtifacts all) {
    PrintStream out = context.terminal().out();
    Table table = new Table(context.terminal().columns(), false);
    for (Artifact each : all.files()) {
      table.row(PlainText.line(each.path()), Sizes.text(each.size()), each.mediaType());
    }
    table.lines().forEach(out::println);
    String until = all.keptUntil() == null ? "" : ", kept until " + Texts.time(all.keptUntil());
    out.println(
        "%s, %s%s"
            .formatted(
                count(all.files().size()),
                Sizes.text(all.bytes()),
                all.removedAt() == null ? until : ", removed at " + Texts.time(all.removedAt())));
  }

  private static String count(int files) {
    return files == 1 ? "1 file" : files + " files";
  }

  private void download(ArtifactSource source, JobId job, StoredArtifacts all, Path folder)
      throws InterruptedException {
    if (!all.isThere()) {
      throw none(
          job, "they were removed at " + Texts.time(Objects.requireNonNull(all.removedAt())));
    }
    ArtifactDownload download = new ArtifactDownload(folder);
    int written = 0;
    for (Artifact each : all.files()) {
      written += download.write(each, () -> source.open(job, all, each)) ? 1 : 0;
    }
    int there = all.files().size() - written;
    PrintStream out = json ? context.terminal().err() : context.terminal().out();
    out.println(
        "%s written to %s%s"
            .formatted(
                count(written),
                folder,
                there == 0 ? "" : ", " + count(there) + " there already and unchanged"));
  }
}
