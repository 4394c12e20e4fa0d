package ci.assay.cli.command;

import ci.assay.broker.publish.ListenerProbe;
import ci.assay.cli.option.BrokerOptions;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.QuietFolder;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.value.HostName;
import ci.assay.common.CannotRunException;
import ci.assay.common.CrashPoint;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.coordinator.active.FolderClaim;
import ci.assay.coordinator.retention.Forgetting;
import ci.assay.message.PollRequest;
import ci.assay.model.Job;
import ci.assay.notify.outbox.Outbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay forget}. */
@Command(
    name = "forget",
    description = {"Deletes everything stored about a repository that is no longer watched.", ""},
    footer = {
      "",
      "First remove it from the observer's repositories, and cancel its waiting and running jobs.",
      "Stop the coordinator (the folder has one writer), forget, and start it again. The command asks",
      "the observers over the broker whether one watches the repository; without a broker, as with",
      "assay up, give --no-observer. If it is stopped halfway, the same command finishes it.",
      "Exit code: 0 done, 2 wrong input or no --yes, 3 refused (and why) or could not.",
      "",
      "Example:  assay forget --yes bottle"
    })
public final class ForgetCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin QuietFolder folder;
  @Mixin BrokerOptions broker = new BrokerOptions();

  @Option(
      names = "--yes",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Deletes it; without this option the command only says what would be deleted.")
  boolean yes;

  @Option(
      names = "--no-observer",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Asks no observer; for when you know that none watches the repository.")
  boolean noObserver;

  @Parameters(paramLabel = "REPOSITORY", description = "Its name, as in assay results.")
  String repository = "";

  public ForgetCommand(CommandContext context) {
    this.context = context;
    this.folder = new QuietFolder(context);
  }

  @Override
  public Integer call() throws Exception {
    Names.require("repository name", repository);
    folder.reader();
    Forgetting forgetting = new Forgetting(folder.path());
    boolean isStopped = forgetting.aside().contains(repository);
    if (!isStopped && !forgetting.isKnown(repository)) {
      throw new InvalidInputException(
          "nothing is stored about repository '%s' in %s".formatted(repository, folder.path()));
    }
    if (forgetting.isKnown(repository)) {
      requireUnused(forgetting);
    }
    if (!yes) {
      throw new InvalidInputException(
          "all verdicts, logs and test cases of '%s' (%s) would be deleted for good; to do that, add --yes"
              .formatted(repository, count(folder.reader().commits(repository).size())));
    }
    try (FolderClaim unused = folder.claim("assay forget", context.clock().instant())) {
      remove(forgetting);
    }
    context.terminal().out().println("everything about " + repository + " is deleted");
    return ExitCode.OK;
  }

  private static String count(int commits) {
    return commits == 1 ? "1 commit" : commits + " commits";
  }

  private void requireUnused(Forgetting forgetting) throws InterruptedException {
    List<Job> owed = forgetting.owed(repository);
    if (!owed.isEmpty()) {
      throw new CannotRunException(
          "%s of '%s' %s no verdict yet, for example %s: wait, or 'assay cancel %s %s' while the coordinator runs"
              .formatted(
                  owed.size() == 1 ? "1 job" : owed.size() + " jobs",
                  repository,
                  owed.size() == 1 ? "has" : "have",
                  owed.get(0).id(),
                  repository,
                  owed.get(0).commit()));
    }
    if (!noObserver) {
      requireUnwatched();
    }
  }

  private void requireUnwatched() throws InterruptedException {
    PollRequest hint = new PollRequest(repository, "assay forget on " + HostName.get());
    switch (ListenerProbe.ask(broker.address(), "assay forget", hint)) {
      case NO -> {}
      case YES ->
          throw new CannotRunException(
              "an observer watches '%s'; take it out of its repositories and restart it first"
                  .formatted(repository));
      case UNKNOWN ->
          throw new CannotRunException(
              "an observer of an older version runs, which cannot be asked whether it watches '%s';"
                      .formatted(repository)
                  + " upgrade it, or add --no-observer if it does not");
    }
  }

  /** What is to be told of it has parts of logs in it. */
  private void forgetNotifications(Forgetting forgetting) {
    Path file = Outbox.fileIn(folder.path());
    if (Files.exists(file)) {
      try (Outbox outbox = Outbox.open(file)) {
        forgetting.aside().forEach(outbox::forget);
      }
    }
  }

  private void remove(Forgetting forgetting) {
    if (forgetting.isKnown(repository)) {
      forgetting.putAside(repository);
    }
    folder.cleaningIndex(
        index -> {
          if (index != null) {
            forgetting.aside().forEach(index::forget);
          }
        });
    forgetNotifications(forgetting);
    CrashPoint.FORGET_INDEX_DONE.reached();
    forgetting.finish();
  }
}
