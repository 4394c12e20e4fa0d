package ci.assay.web.view;

import ci.assay.index.DayLine;
import ci.assay.model.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chart of how many verdicts of each outcome there were on each of the last days.
 *
 * @param days the oldest first, including days without a verdict
 */
public record DayChart(List<Day> days, long verdicts, long passed) {

  public static final int DAYS = 60;

  /** The width of the chart, in its own units. */
  public static final int WIDTH = 1000;

  public static final int HEIGHT = 140;

  /** A day's column. */
  public record Day(String date, String text, List<Block> blocks) {}

  /** The verdicts of one outcome on one day. */
  public record Block(String style, String x, String y, String width, String height) {}

  public static DayChart of(List<DayLine> lines, Instant now) {
    long today = Instant.EPOCH.until(now, ChronoUnit.DAYS);
    Map<Long, Map<Outcome, Long>> counts = new TreeMap<>();
    for (DayLine line : lines) {
      counts
          .computeIfAbsent(line.day(), day -> new TreeMap<>())
          .merge(line.outcome(), line.verdicts(), Long::sum);
    }
    long most = Math.max(1, counts.values().stream().mapToLong(DayChart::sum).max().orElse(1));
    List<Day> days = new ArrayList<>();
    for (long day = today - DAYS + 1; day <= today; day++) {
      days.add(day(day, today, counts.getOrDefault(day, Map.of()), most));
    }
    long verdicts = lines.stream().mapToLong(DayLine::verdicts).sum();
    long passed =
        lines.stream()
            .filter(line -> line.outcome() == Outcome.PASSED)
            .mapToLong(DayLine::verdicts)
            .sum();
    return new DayChart(days, verdicts, passed);
  }

  /** {@code 97 %}. */
  public String rate() {
    return verdicts == 0 ? "" : Math.round(100.0 * passed / verdicts) + " %";
  }

  private static Day day(long day, long today, Map<Outcome, Long> counts, long most) {
    double width = (double) WIDTH / DAYS;
    double x = (day - today + DAYS - 1) * width;
    double y = HEIGHT;
    List<Block> blocks = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (Map.Entry<Outcome, Long> each : counts.entrySet()) {
      double height = (double) HEIGHT * each.getValue() / most;
      y -= height;
      blocks.add(
          new Block(
              Display.style(each.getKey()),
              DurationChart.number(x),
              DurationChart.number(y),
              DurationChart.number(width * 0.8),
              DurationChart.number(height)));
      words.add(each.getValue() + " " + Display.outcome(each.getKey()));
    }
    String date = LocalDate.ofEpochDay(day).toString();
    return new Day(date, date + ": " + String.join(", ", words), blocks);
  }

  private static long sum(Map<Outcome, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
