package ci.assay.web.page;

/** All objects that collect the data of pages. Thread-safe. */
public record Pages(
    Lookup lookup,
    OverviewPages overviews,
    CommitPages commits,
    TestPages tests,
    TrendPages trends,
    Others others) {

  /** Pages that are about no repository, and the feeds. */
  public record Others(PlainPages plain, StatusFeed feed, AtomFeed verdicts) {}

  public PlainPages plain() {
    return others.plain();
  }

  public static Pages of(PageSources sources) {
    Lookup lookup = new Lookup(sources);
    return new Pages(
        lookup,
        new OverviewPages(sources, lookup),
        new CommitPages(sources, lookup),
        new TestPages(sources, lookup),
        new TrendPages(sources, lookup),
        new Others(
            new PlainPages(lookup),
            new StatusFeed(sources, lookup),
            new AtomFeed(sources, lookup)));
  }
}
