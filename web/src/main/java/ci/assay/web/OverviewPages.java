package ci.assay.web;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.Cursor;
import ci.assay.index.JobLine;
import ci.assay.model.Presence;
import ci.assay.web.PageModels.Card;
import ci.assay.web.PageModels.Pool;
import ci.assay.web.PageModels.Running;
import ci.assay.web.PageModels.Strip;
import ci.assay.web.PageModels.Waiting;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All repositories, the queue and the workers. Safe for use by many threads. */
final class OverviewPages {

  private static final int BRANCHES_ON_CARD = 6;
  private static final int STRIP = 40;
  private static final int WAITING = 200;

  private final Sources sources;
  private final Lookup lookup;

  OverviewPages(Sources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  PageModels.Overview overview(Context context) {
    List<Card> cards = new ArrayList<>();
    for (String repository : sources.commits().repositories()) {
      List<Strip> strips = new ArrayList<>();
      for (BranchLine branch : sources.commits().branches(repository, BRANCHES_ON_CARD)) {
        List<CommitLine> newest =
            sources
                .commits()
                .newest(new CommitFilter(repository, branch.ref(), null), Cursor.START, STRIP);
        if (!newest.isEmpty()) {
          strips.add(new Strip(branch, Lookup.oldestFirst(newest)));
        }
      }
      cards.add(new Card(repository, strips));
    }
    return new PageModels.Overview(
        lookup.frame(context, "Overview", "overview", "*"),
        cards,
        lookup.running(),
        sources.commits().owed());
  }

  PageModels.Queue queue(Context context) {
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

  PageModels.Workers workers(Context context) {
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
