package ci.assay.coordinator.settings;

import ci.assay.broker.BrokerAddress;
import java.nio.file.Path;

/**
 * The settings of a coordinator.
 *
 * @param name the coordinator's name, shown on the broker's management page and in the log
 * @param results the folder of the result files; created when it does not exist
 */
public record CoordinatorSettings(
    BrokerAddress broker, String name, Path results, CoordinatorTimings timings) {

  /** Settings with the default timings. */
  public CoordinatorSettings(BrokerAddress broker, String name, Path results) {
    this(broker, name, results, CoordinatorTimings.DEFAULT);
  }
}
