package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.JobLine;
import ci.assay.index.StripLine;
import ci.assay.message.Presence;
import ci.assay.web.view.PageModels;
import ci.assay.web.view.PageModels.Card;
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

/** All repositories, the queue and the workers. Safe for use by many threads. */
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
        cards(running),
        running,
        sources.commits().owed());
  }

  private List<Card> cards(List<Running> running) {
    Map<String, List<BranchLine>> branches = new LinkedHashMap<>();
    for (String repository : sources.commits().repositories()) {
      branches.put(repository, sources.commits().branches(repository, BRANCHES_ON_CARD));
    }
    Map<Long, List<StripLine>> commits =
        sources.commits().lastOf(branches.values().stream().flatMap(List::stream).toList(), STRIP);
    List<Card> cards = new ArrayList<>();
    branches.forEach(
        (repository, some) -> cards.add(new Card(repository, strips(some, commits, running))));
    return cards;
  }

  private static List<Strip> strips(
      List<BranchLine> branches, Map<Long, List<StripLine>> commits, List<Running> running) {
    List<Strip> strips = new ArrayList<>();
    for (BranchLine branch : branches) {
      List<StripLine> last = commits.getOrDefault(branch.id(), List.of());
      if (branch.tip() != null || !last.isEmpty()) {
        strips.add(new Strip(branch, last, Lookup.isRunning(branch, running)));
      }
    }
    return strips;
  }

  public PageModels.Queue queue(Context context) {
    List<Running> running = lookup.running();
    List<Waiting> waiting = new ArrayList<>();
    for (JobLine job : sources.commits().owed(WAITING)) {
      waiting.add(new Waiting(job, Lookup.runOf(job, running)));
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
    return new PageModels.Workers(lookup.frame(context, "Workers", "workers", "*"), workers, null);
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
      pools.merge(pool, new Pool(pool, 1, each.running() == null ? 0 : 1, 0), OverviewPages::plus);
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
