package ci.assay.web.page;

import ci.assay.index.BranchLine;
import ci.assay.index.CommitFilter;
import ci.assay.index.CommitLine;
import ci.assay.index.PageCursor;
import ci.assay.model.Outcome;
import ci.assay.model.State;
import ci.assay.web.view.DayChart;
import ci.assay.web.view.DurationChart;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The page of a repository's trends, and its badge. Thread-safe. */
public final class TrendPages {

  private static final int CHARTED = 200;
  private static final int LOOKED_AT = 40;
  private static final PageModels.Badge UNKNOWN = new PageModels.Badge("unknown", "unknown");

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

  /**
   * The badge of a branch or, without {@code ref}, of the branch with the latest commit. It shows
   * the state of the tip if the observer has reported it, otherwise the latest verdict on the
   * branch.
   */
  public PageModels.Badge badge(Context context) {
    String repository = lookup.knownRepository(context);
    String ref = Parameters.given(context, "ref");
    Optional<BranchLine> branch =
        ref != null
            ? sources.commits().branch(repository, ref)
            : sources.commits().branches(repository, 1).stream().findFirst();
    return branch.map(this::badge).orElse(UNKNOWN);
  }

  private PageModels.Badge badge(BranchLine branch) {
    if (branch.tip() != null) {
      return badge(lookup.standings().of(branch));
    }
    Outcome outcome = latest(branch);
    return outcome == null ? UNKNOWN : badge(State.of(outcome));
  }

  private static PageModels.Badge badge(State state) {
    return new PageModels.Badge(state.text(), state.word());
  }

  private @Nullable Outcome latest(BranchLine branch) {
    CommitFilter filter = new CommitFilter(branch.repository(), branch.ref(), null);
    return sources.commits().newest(filter, PageCursor.START, LOOKED_AT).stream()
        .map(CommitLine::outcome)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
