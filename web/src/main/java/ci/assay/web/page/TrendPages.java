package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.PageCursor;
import ci.assay.web.view.DayChart;
import ci.assay.web.view.Display;
import ci.assay.web.view.DurationChart;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;

/** How a repository did over time, and its badge. Safe for use by many threads. */
public final class TrendPages {

  private static final int CHARTED = 200;
  private static final int LOOKED_AT = 40;

  private final PageSources sources;
  private final Lookup lookup;

  TrendPages(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  public PageModels.Trends trends(Context context) {
    String repository = lookup.knownRepository(context);
    String ref = Parameters.given(context, "ref");
    return new PageModels.Trends(
        lookup.frame(context, "Trends · " + repository, "overview", repository),
        repository,
        ref,
        sources.commits().branches(repository, 100),
        DurationChart.of(
            Lookup.oldestFirst(
                sources
                    .commits()
                    .newest(new CommitFilter(repository, ref, null), PageCursor.START, CHARTED))),
        DayChart.of(
            sources
                .trends()
                .days(repository, sources.clock().instant().minus(Duration.ofDays(DayChart.DAYS))),
            sources.clock().instant()));
  }

  public PageModels.Badge badge(Context context) {
    String repository = lookup.knownRepository(context);
    String ref = Parameters.given(context, "ref");
    String branch =
        ref != null
            ? ref
            : sources.commits().branches(repository, 1).stream()
                .findFirst()
                .map(BranchLine::ref)
                .orElse("");
    return sources
        .commits()
        .newest(new CommitFilter(repository, branch, null), PageCursor.START, LOOKED_AT)
        .stream()
        .map(CommitLine::outcome)
        .filter(Objects::nonNull)
        .findFirst()
        .map(outcome -> new PageModels.Badge(Display.outcome(outcome), Display.style(outcome)))
        .orElse(new PageModels.Badge("unknown", "pending"));
  }
}
