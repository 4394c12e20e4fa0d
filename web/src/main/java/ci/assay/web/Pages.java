package ci.assay.web;

/** Everything that puts together what a page shows. Safe for use by many threads. */
record Pages(
    Lookup lookup,
    OverviewPages overviews,
    CommitPages commits,
    TestPages tests,
    TrendPages trends,
    PlainPages plain) {

  static Pages of(Sources sources) {
    Lookup lookup = new Lookup(sources);
    return new Pages(
        lookup,
        new OverviewPages(sources, lookup),
        new CommitPages(sources, lookup),
        new TestPages(sources, lookup),
        new TrendPages(sources, lookup),
        new PlainPages(lookup));
  }
}
