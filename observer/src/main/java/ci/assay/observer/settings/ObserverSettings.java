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
 * The settings of an observer.
 *
 * @param name the observer's name, shown on the broker's management page
 * @param state the folder of the cursors and the mirrors; not shared with another observer
 * @param reconcile how often to ask the coordinator about sent jobs, and how long after they were
 *     sent
 * @param fetch the limits of a fetch
 */
public record ObserverSettings(
    BrokerAddress broker,
    String name,
    Path state,
    List<WatchedRepository> repositories,
    Duration reconcile,
    FetchLimits fetch) {

  /** The default of {@code reconcile}. */
  public static final Duration DEFAULT_RECONCILE = Duration.ofMinutes(1);

  /** Settings with the default limits of a fetch. */
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
