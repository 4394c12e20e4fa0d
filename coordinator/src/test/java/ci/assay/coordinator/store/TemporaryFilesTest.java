package ci.assay.coordinator.store;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.coordinator.ResultsFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFilesTest {

  @TempDir Path folder;

  @Test
  void filesOfALivingProcessStayAndThoseOfADeadOneAreRemoved() throws Exception {
    ResultsFixture mine = new ResultsFixture(folder);
    ResultsFixture other = new ResultsFixture(folder);
    Path temporary = mine.folders.temporary();
    Path written = Files.writeString(temporary.resolve(other.disk.own() + "-7"), "half");
    Path dead = Files.writeString(temporary.resolve("0a1b-3"), "half");
    Files.writeString(temporary.resolve("0a1b.lock"), "");
    try (TemporaryFiles own = new TemporaryFiles(mine.folders, mine.disk);
        TemporaryFiles living = new TemporaryFiles(other.folders, other.disk)) {
      own.open();
      living.open();
      own.removeLeftOvers();
      assertThat(written).exists();
      assertThat(dead).doesNotExist();
      assertThat(ResultsFolder.list(temporary)).hasSize(3);
    }
    assertThat(ResultsFolder.list(temporary)).containsExactly(written);
  }

  @Test
  void oldFileWithoutAnOwnerIsRemovedByTheClockOfTheFileSystem() throws Exception {
    ResultsFixture results = new ResultsFixture(folder);
    Path left = Files.writeString(results.folders.temporary().resolve("left"), "half");
    TemporaryFiles temporaryFiles = new TemporaryFiles(results.folders, results.disk);
    temporaryFiles.removeLeftOvers();
    assertThat(left).exists();
    FileTime now = Files.getLastModifiedTime(left);
    Files.setLastModifiedTime(left, FileTime.from(now.toInstant().minus(Duration.ofMinutes(61))));
    temporaryFiles.removeLeftOvers();
    assertThat(left).doesNotExist();
    assertThat(new ResultReader(folder).repositories()).isEmpty();
  }
}
