package ci.assay.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CannotRunException;
import ci.assay.common.InvalidInputException;
import ci.assay.notify.rule.NotifySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloaderTest {

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

  /** One that adds what is in force to {@code addresses}. */
  private ConfigReloader<NotifySettings> reloader(Path file, Collection<String> addresses) {
    return new ConfigReloader<>(
        file,
        "the rules",
        () -> read(file),
        now -> {
          addresses.add(String.valueOf(now.address()));
          return "its rules";
        });
  }

  @Test
  void aChangedFileIsReadUnlessItHasMistakes() throws Exception {
    Path file = folder.resolve("assay.yaml");
    List<String> addresses = new ArrayList<>();
    try (ConfigReloader<NotifySettings> reloader = reloader(file, addresses)) {
      reloader.check();
      assertThat(addresses).as("the file is missing").isEmpty();
      Files.writeString(file, "one");
      reloader.check();
      reloader.check();
      Files.writeString(file, "wrong");
      reloader.check();
      Files.delete(file);
      reloader.check();
      Files.writeString(file, "three");
      reloader.check();
    }
    assertThat(addresses).containsExactly("one", "three");
  }

  @Test
  void anUnchangedFileIsReadWhenItIsAskedFor() throws Exception {
    Path file = Files.writeString(folder.resolve("assay.yaml"), "one");
    BlockingQueue<String> addresses = new LinkedBlockingQueue<>();
    try (ConfigReloader<NotifySettings> reloader = reloader(file, addresses)) {
      reloader.start(read(file));
      reloader.readAgain();
      assertThat(addresses.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
    }
  }

  @Test
  void aChangeBetweenTheStartAndTheFirstLookIsTakenUp() throws Exception {
    Path file = Files.writeString(folder.resolve("assay.yaml"), "one");
    BlockingQueue<String> addresses = new LinkedBlockingQueue<>();
    try (ConfigReloader<NotifySettings> reloader = reloader(file, addresses)) {
      NotifySettings atStart = read(file);
      Files.writeString(file, "two");
      reloader.start(atStart);
      assertThat(addresses.poll(20, TimeUnit.SECONDS)).isEqualTo("two");
    }
  }

  @Test
  void whatCouldNotBeTakenUpIsTriedAgainWhenTheFileIsWrittenAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("assay.yaml"), "one");
    List<String> tried = new ArrayList<>();
    try (ConfigReloader<NotifySettings> reloader =
        new ConfigReloader<>(
            file,
            "the rules",
            () -> read(file),
            now -> {
              tried.add(String.valueOf(now.address()));
              throw new CannotRunException("the disk is full");
            })) {
      reloader.check();
      Files.delete(file);
      Files.writeString(file, "one");
      reloader.check();
    }
    assertThat(tried).containsExactly("one", "one");
  }
}
