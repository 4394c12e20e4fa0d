package ci.assay.web.view;

import ci.assay.index.CommitLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A chart of how long the tests of the last commits took.
 *
 * @param bars one for each commit that has a verdict, the oldest first
 * @param topMillis the duration at the upper edge
 */
public record DurationChart(List<Bar> bars, long topMillis, long medianMillis) {

  /** The width of the chart, in its own units. */
  public static final int WIDTH = 1000;

  public static final int HEIGHT = 180;

  /** One commit. */
  public record Bar(CommitLine commit, String x, String y, String width, String height) {}

  public static DurationChart of(List<CommitLine> oldestFirst) {
    List<CommitLine> judged = new ArrayList<>(oldestFirst);
    judged.removeIf(commit -> commit.outcome() == null || commit.durationMillis() == null);
    long[] millis = judged.stream().mapToLong(DurationChart::millis).sorted().toArray();
    if (millis.length == 0) {
      return new DurationChart(List.of(), 0, 0);
    }
    long top = Math.max(1, millis[millis.length - 1]);
    double width = (double) WIDTH / judged.size();
    List<Bar> bars = new ArrayList<>();
    for (int at = 0; at < judged.size(); at++) {
      double height = Math.max(2, (double) HEIGHT * millis(judged.get(at)) / top);
      bars.add(
          new Bar(
              judged.get(at),
              number(at * width),
              number(HEIGHT - height),
              number(Math.max(1, width * 0.85)),
              number(height)));
    }
    return new DurationChart(bars, top, millis[millis.length / 2]);
  }

  private static long millis(CommitLine commit) {
    Long millis = commit.durationMillis();
    return millis == null ? 0 : millis;
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
