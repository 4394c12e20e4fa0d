package ci.assay.web.page;

import ci.assay.common.InvalidInputException;
import ci.assay.index.CommitLine;
import ci.assay.message.Presence;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.notify.outbox.Outbox;
import ci.assay.web.view.Frame;
import ci.assay.web.view.PageModels.Running;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what an address names, and data that several pages show. Thread-safe. */
public final class Lookup {

  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{4,63}");
  private static final int MOST_ALIKE = 100;

  private final PageSources sources;

  public Lookup(PageSources sources) {
    this.sources = sources;
  }

  Frame frame(Context context, String title, String section, @Nullable String topic) {
    return new Frame(
        title,
        section,
        sources.access().visitor(context),
        topic,
        Events.seen(context),
        sources.clock().instant());
  }

  String knownRepository(Context context) {
    String name = context.pathParam("repository");
    if (!sources.commits().repositories().contains(name)) {
      throw new NotFoundResponse("Unknown repository '%s'.".formatted(name));
    }
    return name;
  }

  CommitLine knownCommit(Context context) {
    String repository = knownRepository(context);
    String commit = context.pathParam("commit");
    return sources
        .commits()
        .commit(repository, commit)
        .orElseThrow(
            () ->
                new NotFoundResponse(
                    "Unknown commit '%s' of repository '%s'.".formatted(commit, repository)));
  }

  /** The full id of a commit whose beginning was given; null if the id was full already. */
  public @Nullable String wholeCommit(Context context) {
    String beginning = context.pathParam("commit").toLowerCase(Locale.ROOT);
    if (CommitId.isFull(beginning)) {
      return null;
    }
    String repository = knownRepository(context);
    List<String> found =
        BEGINNING.matcher(beginning).matches()
            ? sources.commits().beginning(beginning, MOST_ALIKE).stream()
                .filter(commit -> commit.repository().equals(repository))
                .map(CommitLine::commit)
                .toList()
            : List.of();
    if (found.size() > 1) {
      throw new InvalidInputException(
          "Several commits of '%s' begin with %s; give more digits."
              .formatted(repository, beginning));
    }
    if (found.isEmpty()) {
      throw new NotFoundResponse(
          "Unknown commit '%s' of repository '%s'.".formatted(beginning, repository));
    }
    return found.get(0);
  }

  Optional<CommitLine> parent(CommitLine commit) {
    return commit.parent() == null
        ? Optional.empty()
        : sources.commits().commit(commit.repository(), commit.parent());
  }

  @Nullable Outbox outbox() {
    return sources.installation().outbox();
  }

  /** The states of all jobs, commits and branches now. */
  public Standings standings() {
    return Standings.of(sources.installation().workers());
  }

  List<Running> running() {
    List<Running> running = new ArrayList<>();
    for (Presence worker : sources.installation().workers()) {
      for (Presence.Underway run : worker.running()) {
        JobId id = run.job();
        String subject =
            sources
                .commits()
                .commit(id.repository(), id.commit().value())
                .map(CommitLine::subject)
                .orElse(null);
        running.add(new Running(worker.worker(), run, subject));
      }
    }
    running.sort(Comparator.comparing(each -> each.run().startedAt()));
    return running;
  }

  static List<CommitLine> oldestFirst(List<CommitLine> newest) {
    List<CommitLine> commits = new ArrayList<>(newest);
    Collections.reverse(commits);
    return commits;
  }

  static String topic(CommitLine commit) {
    return commit.repository() + "/" + commit.commit();
  }
}
