package ci.assay.systemtest.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Two coordinators on one results folder, two observers of one repository, four workers. */
final class Cluster implements AutoCloseable {

  private static final int WORKERS = 4;

  private final List<Node> coordinators = new ArrayList<>();
  private final List<Node> observers = new ArrayList<>();
  private final List<Node> workers = new ArrayList<>();

  /**
   * The folders of the cluster.
   *
   * @param repository the argument for the observers
   */
  record Folders(Path root, Path results, String repository) {
    Path work(int worker) {
      return root.resolve("work-" + worker);
    }

    Path state(int observer) {
      return root.resolve("state-" + observer);
    }
  }

  Cluster(ChaosBroker broker, Folders folders) {
    Path root = folders.root();
    for (int i = 1; i <= 2; i++) {
      coordinators.add(
          Node.of(
              "coordinator-" + i,
              "coordinator",
              broker.address("coordinator"),
              root,
              List.of("--results", folders.results().toString(), "--sweep-after", "20s")));
      observers.add(
          Node.of(
              "observer-" + i,
              "observer",
              broker.address("observer"),
              root,
              List.of(
                  "--state",
                  folders.state(i).toString(),
                  "--interval",
                  "500ms",
                  "--reconcile",
                  "5s",
                  folders.repository())));
    }
    for (int i = 1; i <= WORKERS; i++) {
      workers.add(
          Node.of(
              "worker-" + i,
              "worker",
              broker.address("worker"),
              root,
              List.of(
                  "--slots",
                  "1",
                  "--max-attempts",
                  "100",
                  "--min-free-disk",
                  "10M",
                  "--work",
                  folders.work(i).toString())));
    }
  }

  void start() {
    all().forEach(each -> each.member().start());
  }

  List<Node> coordinators() {
    return coordinators;
  }

  List<Node> observers() {
    return observers;
  }

  List<Node> workers() {
    return workers;
  }

  List<Node> all() {
    List<Node> all = new ArrayList<>(coordinators);
    all.addAll(observers);
    all.addAll(workers);
    return all;
  }

  /** Seizes a random node that no fault has at present. */
  Optional<Node> seizeAny(Random random) {
    Node node = all().get(random.nextInt(all().size()));
    return node.seize() ? Optional.of(node) : Optional.empty();
  }

  @Override
  public void close() {
    all().forEach(Node::close);
  }
}
