package ci.assay.cli.notify;

import ci.assay.cli.console.PlainText;
import ci.assay.cli.console.Table;
import ci.assay.cli.option.HelpOptions;
import ci.assay.cli.option.JsonOption;
import ci.assay.cli.option.NotifySections;
import ci.assay.cli.option.ResultsOption;
import ci.assay.cli.process.CommandContext;
import ci.assay.cli.process.ExitCode;
import ci.assay.cli.settings.ConfigFile;
import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Nearest;
import ci.assay.common.Texts;
import ci.assay.notify.ReceiverFactory;
import ci.assay.notify.TestNotice;
import ci.assay.notify.outbox.Entry;
import ci.assay.notify.outbox.Outbox;
import ci.assay.notify.outbox.RetryState;
import ci.assay.notify.outbox.Selection;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Http;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay notifications}. */
@Command(
    name = "notifications",
    description = {
      "Lists the notifications about verdicts, sends a test message, and sends again.",
      ""
    },
    footer = {
      "",
      "list    those that wait, those given up, and the last that were sent, the newest first",
      "test    sends a test message to the receiver of RULE now, and prints its answer",
      "replay  sends again those that were sent or given up, with the same ids; without options, those",
      "        that were given up",
      "",
      "list and replay read the outbox in --results; a coordinator that runs goes on with it at once.",
      "test reads the section notify of assay.yaml, as the coordinator does.",
      "",
      "Exit code: 0 done, 1 the receiver refused it, 2 wrong input, 3 cannot run.",
      "",
      "Examples:  assay notifications",
      "           assay notifications test chat",
      "           assay notifications replay --rule forge --since 2h"
    })
public final class NotificationsCommand implements Callable<Integer> {

  private static final int MAX_ANSWER_LENGTH = 80;

  private final CommandContext context;
  private final Supplier<ConfigFile> config;

  @Mixin HelpOptions help = new HelpOptions();
  @Mixin ResultsOption results;
  @Mixin JsonOption json = new JsonOption();

  @Option(
      names = "--rule",
      paramLabel = "NAME",
      descriptionKey = "-",
      description = "Only by this rule.")
  @Nullable String rule;

  @Option(
      names = "--id",
      paramLabel = "ID",
      descriptionKey = "-",
      description = "Only this one, as list --json names it.")
  @Nullable String id;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      descriptionKey = "-",
      description =
          "Only those created within this time, for example 2h; also those that were sent.")
  @Nullable Duration since;

  @Option(
      names = "--last",
      paramLabel = "N",
      descriptionKey = "-",
      defaultValue = "20",
      description = "How many of each state list shows (default: 20).")
  int last = 20;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "list|test|replay",
      description = "What to do (default: list).")
  String task = "list";

  @Parameters(index = "1", arity = "0..1", paramLabel = "RULE", description = "Which one to test.")
  @Nullable String tested;

  public NotificationsCommand(CommandContext context, Supplier<ConfigFile> config) {
    this.context = context;
    this.config = config;
    this.results = new ResultsOption(context);
  }

  @Override
  public Integer call() throws InterruptedException {
    return switch (task) {
      case "list" -> list();
      case "test" -> test();
      case "replay" -> replay();
      default -> {
        String nearest = Nearest.to(task, List.of("list", "test", "replay"));
        throw new InvalidInputException(
            "'%s' is not list, test or replay%s"
                .formatted(task, nearest == null ? "" : "; did you mean '" + nearest + "'?"));
      }
    };
  }

  /** A row of the JSON output. */
  private record Row(
      String id,
      String rule,
      String state,
      Entry.Subject about,
      Tried tried,
      @Nullable Instant nextTry) {

    private record Tried(
        int times, Instant createdAt, @Nullable Instant lastAt, @Nullable String answer) {}
  }

  private int list() {
    try (Outbox outbox = open()) {
      List<Entry> all = new ArrayList<>();
      for (Entry.State state :
          List.of(Entry.State.PENDING, Entry.State.GIVEN_UP, Entry.State.SENT)) {
        outbox.latest(state, last).stream()
            .filter(each -> rule == null || each.address().rule().equals(rule))
            .forEach(all::add);
      }
      List<RetryState> failing = outbox.retryStates();
      if (json.isGiven()) {
        JsonOption.print(
            all.stream().map(each -> row(each, failing)).toList(), context.terminal().out());
      } else {
        print(all, failing);
      }
      return ExitCode.OK;
    }
  }

  private static Row row(Entry entry, List<RetryState> failing) {
    Instant next =
        failing.stream()
            .filter(state -> state.queue().equals(entry.address().queue()))
            .filter(unused -> entry.progress().state() == Entry.State.PENDING)
            .map(RetryState::nextAt)
            .findFirst()
            .orElse(null);
    return new Row(
        entry.id(),
        entry.address().rule(),
        entry.progress().state().word(),
        entry.subject(),
        new Row.Tried(
            entry.progress().tries(),
            entry.progress().createdAt(),
            entry.progress().triedAt(),
            entry.progress().lastAnswer()),
        next);
  }

  private void print(List<Entry> all, List<RetryState> failing) {
    PrintStream out = context.terminal().out();
    if (all.isEmpty()) {
      out.println("nothing has been sent yet, and nothing is waiting");
      return;
    }
    Table table = new Table(context.terminal().columns(), false);
    table.row("STATE", "RULE", "WHAT", "OF", "TRIES", "ANSWER");
    for (Entry each : all) {
      String said = each.progress().lastAnswer();
      table.row(
          each.progress().state().word().replace('_', ' '),
          each.address().rule(),
          each.subject().kind().replace('_', ' '),
          each.subject().repository()
              + " "
              + each.subject()
                  .commit()
                  .substring(0, Math.min(10, each.subject().commit().length())),
          Integer.toString(each.progress().tries()),
          said == null ? "" : PlainText.line(Texts.line(said, MAX_ANSWER_LENGTH)));
    }
    table.lines().forEach(out::println);
    for (RetryState state : failing) {
      out.println(
          "%s %s; next try at %s: %s"
              .formatted(
                  state.queue(),
                  state.isStopped() ? "is stopped until somebody fixes this" : "waits",
                  state.nextAt(),
                  PlainText.line(state.lastAnswer())));
    }
  }

  private int test() throws InterruptedException {
    NotifySettings settings =
        NotifySections.read(context, config.get()).orElse(NotifySettings.NONE);
    List<String> names = settings.rules().stream().map(Rule::name).toList();
    if (tested == null || !names.contains(tested)) {
      throw new InvalidInputException(
          "%s; assay.yaml has %s"
              .formatted(
                  tested == null ? "which rule?" : "there is no rule '" + tested + "'",
                  names.isEmpty() ? "none" : String.join(", ", names)));
    }
    Rule chosen = settings.rules().get(names.indexOf(tested));
    DeliveryResult result =
        new ReceiverFactory(new Http(context.clock()))
            .of(chosen)
            .send(TestNotice.now(settings.address(), context.clock().instant()));
    context.terminal().out().println(tested + ": " + PlainText.line(result.detail()));
    return result instanceof DeliveryResult.Delivered ? ExitCode.OK : ExitCode.NOT_DONE;
  }

  private int replay() {
    try (Outbox outbox = open()) {
      Instant now = context.clock().instant();
      boolean isWide = id != null || since != null;
      int found =
          outbox.replay(
              new Selection(
                  rule,
                  id,
                  isWide ? null : Entry.State.GIVEN_UP,
                  since == null ? null : now.minus(since)),
              now);
      context.terminal().out().println(found + (found == 1 ? " is" : " are") + " being sent again");
      return ExitCode.OK;
    }
  }

  private Outbox open() {
    Path file = Outbox.fileIn(results.folder());
    if (!Files.exists(file)) {
      throw new CannotRunException(
          "no notifications in %s: its coordinator never had a rule, or name another with --results"
              .formatted(results.folder()));
    }
    return Outbox.open(file);
  }
}
