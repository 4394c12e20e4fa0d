package ci.assay.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.common.CannotRunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopSignalTest {

  @TempDir Path folder;
  private final StopSignal stop = new StopSignal();

  @Test
  void aStopWhileAFileIsWrittenAtTheStartIsNoTroubleWithTheFile() throws Exception {
    assertThat(
            stop.start(
                () -> {
                  stop.ask();
                  write();
                }))
        .isFalse();
    assertThat(Thread.interrupted()).as("left interrupted").isFalse();
  }

  @Test
  void troubleAtTheStartIsToldAlsoWhenTheEndWasRequested() {
    assertThatThrownBy(
            () ->
                stop.start(
                    () -> {
                      stop.ask();
                      throw new CannotRunException("no disk");
                    }))
        .hasMessage("no disk");
    assertThat(Thread.interrupted()).isTrue();
  }

  private void write() {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("state"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[10]));
    } catch (IOException e) {
      throw new CannotRunException("state cannot be used: " + e, e);
    }
  }
}
