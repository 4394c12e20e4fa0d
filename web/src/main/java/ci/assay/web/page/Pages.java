package ci.assay.web.page;

/** Everything that puts together what a page shows. Safe for use by many threads. */
public record Pages(
    Lookup lookup,
    OverviewPages overviews,
    CommitPages commits,
    TestPages tests,
    TrendPages trends,
    Others others) {

  /** What is about no repository, or no page. */
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
