package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.JobLine;
import ci.assay.index.LineageLine;
import ci.assay.index.StripLine;
import ci.assay.message.Presence;
import ci.assay.model.State;
import ci.assay.web.view.FailingSince;
import ci.assay.web.view.PageModels;
import ci.assay.web.view.PageModels.Card;
import ci.assay.web.view.PageModels.Cell;
import ci.assay.web.view.PageModels.Pool;
import ci.assay.web.view.PageModels.Running;
import ci.assay.web.view.PageModels.Strip;
import ci.assay.web.view.PageModels.Waiting;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pages of all repositories, of the queue and of the workers. Thread-safe. */
public final class OverviewPages {

  private static final int BRANCHES_ON_CARD = 6;
  private static final int STRIP = 40;
  private static final int WAITING = 200;

  private final PageSources sources;
  private final Lookup lookup;

  OverviewPages(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  public PageModels.Overview overview(Context context) {
    List<Running> running = lookup.running();
    return new PageModels.Overview(
        lookup.frame(context, "Overview", "overview", "*"),
        cards(),
        running,
        sources.commits().owed());
  }

  private List<Card> cards() {
    Map<String, List<BranchLine>> branches = new LinkedHashMap<>();
    for (String repository : sources.commits().repositories()) {
      branches.put(repository, sources.commits().branches(repository, BRANCHES_ON_CARD));
    }
    List<BranchLine> all = branches.values().stream().flatMap(List::stream).toList();
    Lines lines =
        new Lines(sources.commits().lastOf(all, STRIP), sources.commits().sinceLastPassed(all));
    Standings now = lookup.standings();
    List<Card> cards = new ArrayList<>();
    branches.forEach(
        (repository, some) -> cards.add(new Card(repository, strips(some, lines, now))));
    return cards;
  }

  /** Commits of branches, by the ids of the branches' rows. */
  private record Lines(
      Map<Long, List<StripLine>> last, Map<Long, List<LineageLine>> sinceLastPassed) {}

  private static List<Strip> strips(List<BranchLine> branches, Lines lines, Standings now) {
    List<Strip> strips = new ArrayList<>();
    for (BranchLine branch : branches) {
      List<Cell> cells =
          lines.last().getOrDefault(branch.id(), List.of()).stream()
              .map(commit -> new Cell(commit, now.of(commit)))
              .toList();
      if (branch.tip() != null || !cells.isEmpty()) {
        FailingSince failing =
            FailingSince.of(lines.sinceLastPassed().getOrDefault(branch.id(), List.of()))
                .orElse(null);
        strips.add(new Strip(branch, cells, now.of(branch), failing));
      }
    }
    return strips;
  }

  public PageModels.Queue queue(Context context) {
    Standings now = lookup.standings();
    List<Waiting> waiting = new ArrayList<>();
    for (JobLine job : sources.commits().owed(WAITING)) {
      waiting.add(new Waiting(job, now.of(job)));
    }
    return new PageModels.Queue(
        lookup.frame(context, "Queue", "queue", "*"),
        waiting,
        sources.commits().owed(),
        pools(waiting),
        sources.management());
  }

  public PageModels.Workers workers(Context context) {
    List<Presence> workers = new ArrayList<>(sources.installation().workers());
    workers.sort(Comparator.comparing(Presence::worker).thenComparing(Presence::instance));
    return new PageModels.Workers(
        lookup.frame(context, "Workers", "workers", "*"),
        workers,
        sources.installation().lostWorkers(),
        null);
  }

  private List<Pool> pools(List<Waiting> waiting) {
    Map<String, Pool> pools = new TreeMap<>();
    for (Presence worker : sources.installation().workers()) {
      for (String pool : worker.pools()) {
        pools.merge(pool, new Pool(pool, 0, 0, worker.slots()), OverviewPages::plus);
      }
    }
    for (Waiting each : waiting) {
      String pool = each.job().pool();
      int running = each.standing().state() == State.RUNNING ? 1 : 0;
      pools.merge(pool, new Pool(pool, 1, running, 0), OverviewPages::plus);
    }
    return List.copyOf(pools.values());
  }

  private static Pool plus(Pool one, Pool other) {
    return new Pool(
        one.name(),
        one.owed() + other.owed(),
        one.running() + other.running(),
        one.slots() + other.slots());
  }
}
