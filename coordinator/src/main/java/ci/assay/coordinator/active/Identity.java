package ci.assay.coordinator.active;

import ci.assay.common.CannotRunException;
import ci.assay.coordinator.store.StoreId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a coordinator and its results folder in messages. Safe for use by many threads.
 */
public final class Identity {

  private final String coordinator;
  private final StoreId storeId;
  private volatile @Nullable String store;

  /**
   * @param name the coordinator's name, which need not be unique: a random part is added
   */
  public Identity(String name, StoreId storeId) {
    this.coordinator = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    this.storeId = storeId;
  }

  /** The coordinator's name and a random part. */
  public String coordinator() {
    return coordinator;
  }

  /**
   * The id of the results folder that the coordinator writes.
   *
   * @throws CannotRunException when the folder cannot be used
   */
  public String store() {
    String known = store;
    if (known == null) {
      known = storeId.readOrMake();
      store = known;
    }
    return known;
  }
}
