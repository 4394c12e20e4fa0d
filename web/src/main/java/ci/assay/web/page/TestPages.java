package ci.assay.web.page;

import ci.assay.index.TestFilter;
import ci.assay.index.TestLine;
import ci.assay.web.view.PageModels;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.ArrayList;
import java.util.List;

/** The pages of a repository's tests, and of one test. Thread-safe. */
public final class TestPages {

  private static final int TESTS = 50;

  private final PageSources sources;
  private final Lookup lookup;

  TestPages(PageSources sources, Lookup lookup) {
    this.sources = sources;
    this.lookup = lookup;
  }

  public PageModels.Tests tests(Context context) {
    String repository = lookup.knownRepository(context);
    String which = Parameters.given(context, "which");
    String name = Parameters.given(context, "name");
    TestFilter filter =
        new TestFilter(
            repository,
            which == null ? TestFilter.Which.FAILING : TestFilter.Which.ofWord(which),
            name == null ? "" : name);
    List<TestLine> found =
        sources
            .tests()
            .tests(filter, Parameters.number(Parameters.given(context, "after"), 0), TESTS + 1);
    boolean hasMore = found.size() > TESTS;
    List<PageModels.TestRow> rows = new ArrayList<>();
    for (TestLine line : hasMore ? found.subList(0, TESTS) : found) {
      rows.add(new PageModels.TestRow(line, sources.tests().runs(line.id())));
    }
    return new PageModels.Tests(
        lookup.frame(context, "Tests · " + repository, "overview", repository),
        repository,
        filter,
        rows,
        hasMore ? Long.toString(found.get(TESTS - 1).id()) : null);
  }

  public PageModels.Test test(Context context) {
    String repository = lookup.knownRepository(context);
    TestLine line =
        sources
            .tests()
            .test(repository, Parameters.number(context.pathParam("test"), 0))
            .orElseThrow(() -> new NotFoundResponse("There is no such test."));
    return new PageModels.Test(
        lookup.frame(context, "Test · " + repository, "overview", repository),
        repository,
        line,
        sources.tests().runs(line.id()));
  }
}
