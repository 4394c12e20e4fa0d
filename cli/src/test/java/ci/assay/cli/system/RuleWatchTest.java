package ci.assay.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.InvalidInputException;
import ci.assay.notify.rule.NotifySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleWatchTest {

  @TempDir Path folder;

  private NotifySettings read(Path file) {
    try {
      String address = Files.readString(file);
      if (address.contains("wrong")) {
        throw new InvalidInputException("line 1: wrong\nline 2: wrong, too");
      }
      return new NotifySettings(address, Duration.ofDays(3), List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anotherFileCountsAtOnceAndOneWithMistakesNever() throws Exception {
    Path file = folder.resolve("assay.yaml");
    List<String> told = new ArrayList<>();
    try (RuleWatch watch =
        new RuleWatch(file, () -> read(file), now -> told.add(String.valueOf(now.address())))) {
      watch.look();
      assertThat(told).as("it is not there").isEmpty();
      Files.writeString(file, "one");
      watch.look();
      watch.look();
      Files.writeString(file, "wrong");
      watch.look();
      Files.delete(file);
      watch.look();
      Files.writeString(file, "three");
      watch.look();
    }
    assertThat(told).containsExactly("one", "three");
  }
}
