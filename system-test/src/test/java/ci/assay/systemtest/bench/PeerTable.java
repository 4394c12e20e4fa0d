package ci.assay.systemtest.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What the batches of all peers took, as tables in Markdown. */
final class PeerTable {

  private static final int WARM_FROM = 2;
  private static final double LEAST_SHOWN = 0.05;
  private static final List<String> ORDINALS = List.of("first", "second");

  private final int size;
  private final Map<String, List<Map<String, Batch>>> batches = new LinkedHashMap<>();

  /**
   * @param size how many verdicts a batch has
   */
  PeerTable(int size) {
    this.size = size;
  }

  /**
   * One batch of one peer.
   *
   * @param millis the processor time per verdict, by program
   */
  record Batch(Progress progress, Map<String, Double> millis) {}

  /** Adds a batch of each peer, which were measured one after the other. */
  void add(String what, Map<String, Batch> ofPeers) {
    batches.computeIfAbsent(what, unused -> new ArrayList<>()).add(ofPeers);
    ofPeers.forEach(
        (peer, batch) ->
            System.out.printf(
                Locale.ROOT,
                "%s: %s %.1f/s, first third %.1f/s, %s%n",
                what,
                peer,
                batch.progress().rate(),
                batch.progress().rateOfFirst(size / 3),
                batch.millis()));
  }

  String asMarkdown() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "| verdicts per second | batch | shell loop | Celery | Assay | to the loop | to Celery |");
    lines.add("|---|---|---:|---:|---:|---:|---:|");
    batches.forEach(
        (what, all) -> {
          lines.add(rates(what, "first third of the first", all.subList(0, 1), this::ofFirstThird));
          for (int i = 0; i < Math.min(WARM_FROM, all.size()); i++) {
            lines.add(rates(what, ORDINALS.get(i), all.subList(i, i + 1), Progress::rate));
          }
          if (all.size() > WARM_FROM) {
            lines.add(
                rates(what, "third and on", all.subList(WARM_FROM, all.size()), Progress::rate));
          }
        });
    lines.add("");
    batches.forEach((what, all) -> lines.addAll(times(what, all)));
    return String.join("\n", lines);
  }

  private double ofFirstThird(Progress progress) {
    return progress.rateOfFirst(size / 3);
  }

  private static String rates(
      String what, String when, List<Map<String, Batch>> all, ToDoubleFunction<Progress> rate) {
    double loop = mean(all, "shell loop", rate);
    double celery = mean(all, "Celery", rate);
    double assay = mean(all, "Assay", rate);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s |",
        what,
        when,
        number(loop, 0),
        number(celery, 0),
        number(assay, 0),
        number(assay / loop, 2),
        number(assay / celery, 2));
  }

  private static double mean(
      List<Map<String, Batch>> all, String peer, ToDoubleFunction<Progress> rate) {
    return all.stream()
        .filter(each -> each.containsKey(peer))
        .mapToDouble(each -> rate.applyAsDouble(each.get(peer).progress()))
        .average()
        .orElse(Double.NaN);
  }

  /** The processor time of each program: first batch, second, mean of the others. */
  private static List<String> times(String what, List<Map<String, Batch>> all) {
    List<String> lines = new ArrayList<>();
    lines.add("| processor time per verdict, ms: " + what + " | first | second | third and on |");
    lines.add("|---|---:|---:|---:|");
    for (String peer : all.get(0).keySet()) {
      Map<String, double[]> sums = new TreeMap<>();
      for (int i = 0; i < all.size(); i++) {
        int column = Math.min(i, WARM_FROM);
        double share = column < WARM_FROM ? 1 : 1.0 / (all.size() - WARM_FROM);
        Objects.requireNonNull(all.get(i).get(peer))
            .millis()
            .forEach(
                (program, millis) -> {
                  sums.computeIfAbsent(program, unused -> new double[3])[column] += millis * share;
                  sums.computeIfAbsent("~ all", unused -> new double[3])[column] += millis * share;
                });
      }
      sums.values().removeIf(ms -> DoubleStream.of(ms).max().orElse(0) < LEAST_SHOWN);
      sums.forEach((program, ms) -> lines.add(timesOf(peer, program, ms, all.size())));
    }
    lines.add("");
    return lines;
  }

  private static String timesOf(String peer, String program, double[] millis, int batches) {
    StringBuilder line = new StringBuilder("| " + peer + ": " + program.replace("~ ", "") + " |");
    for (int i = 0; i < millis.length; i++) {
      line.append(' ').append(number(i < batches ? millis[i] : Double.NaN, 1)).append(" |");
    }
    return line.toString();
  }

  private static String number(double value, int digits) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
