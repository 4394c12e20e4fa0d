package ci.assay.coordinator.store;

import ci.assay.common.CannotRunException;
import com.github.f4b6a3.ulid.UlidCreator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** The id of a results folder, which all coordinators on that folder share. */
public record StoreId(ResultsFolder folders, Disk disk) {

  /**
   * Reads the id, or creates it when the folder is new.
   *
   * @throws CannotRunException when it can be neither read nor created
   */
  public String readOrMake() {
    try {
      if (!Files.exists(folders.store())) {
        String made = UlidCreator.getUlid() + "\n";
        disk.create(folders.store(), out -> out.write(made.getBytes(StandardCharsets.UTF_8)));
        disk.sync(folders.root());
      }
      return Files.readString(folders.store()).strip();
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot read or make " + folders.store() + ": " + DiskWatch.explain(e), e);
    }
  }
}
