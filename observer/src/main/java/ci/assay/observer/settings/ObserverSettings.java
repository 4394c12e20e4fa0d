package ci.assay.observer.settings;

import ci.assay.broker.BrokerAddress;
import ci.assay.common.InvalidInputException;
import ci.assay.common.Names;
import ci.assay.git.FetchLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an observer needs to know.
 *
 * @param name who we are, as people read it in the broker's management page
 * @param state folder of the cursors and the mirrors; one observer's alone
 * @param reconcile how often, and how long after it was sent, to ask what became of a job
 * @param fetch how much of a repository is taken
 */
public record ObserverSettings(
    BrokerAddress broker,
    String name,
    Path state,
    List<WatchedRepository> repositories,
    Duration reconcile,
    FetchLimits fetch) {

  /** How often to ask where nobody said otherwise. */
  public static final Duration DEFAULT_RECONCILE = Duration.ofMinutes(1);

  /** With the usual limits. */
  public ObserverSettings(
      BrokerAddress broker,
      String name,
      Path state,
      List<WatchedRepository> repositories,
      Duration reconcile) {
    this(broker, name, state, repositories, reconcile, FetchLimits.DEFAULT);
  }

  /**
   * @throws InvalidInputException when two repositories have one name
   */
  public ObserverSettings {
    Names.require("observer name", name);
    repositories = List.copyOf(repositories);
    Set<String> names = new HashSet<>();
    for (WatchedRepository each : repositories) {
      if (!names.add(each.name())) {
        throw new InvalidInputException(
            "two repositories have the name '%s'; give one of them another as NAME=%s"
                .formatted(each.name(), each.repository().url()));
      }
    }
  }
}
