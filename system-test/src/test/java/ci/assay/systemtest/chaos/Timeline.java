package ci.assay.systemtest.chaos;

import ci.assay.model.CommitId;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The faults by time, together with the lines of the processes about a commit. */
final class Timeline {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int TIME_LENGTH = 8;

  private final Cluster cluster;
  private final List<String> faults = new ArrayList<>();

  Timeline(Cluster cluster) {
    this.cluster = cluster;
  }

  void add(String what) {
    faults.add(LocalTime.now(ZoneId.systemDefault()).format(TIME) + " ** " + what);
  }

  /** All faults, and all lines of processes that contain the commit, by time. */
  List<String> of(CommitId commit) {
    List<String> lines = new ArrayList<>(faults);
    for (Node node : cluster.all()) {
      node.member().said().stream()
          .filter(line -> line.contains(commit.abbreviated()))
          .map(line -> withName(line, node.name()))
          .forEach(lines::add);
    }
    lines.sort(Comparator.comparing(line -> line.substring(0, TIME_LENGTH)));
    return lines;
  }

  private static String withName(String line, String name) {
    return line.length() < TIME_LENGTH
        ? "00:00:00 " + name + " " + line
        : line.substring(0, TIME_LENGTH) + " " + name + line.substring(TIME_LENGTH);
  }
}
