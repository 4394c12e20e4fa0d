package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.worker.command.CommandExit.Exited;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandExitTest {

  @ParameterizedTest
  @ValueSource(ints = {129, 130, 131, 143})
  void whoeverStopsAServiceMayHaveAskedTheRunToEndToo(int code) {
    assertThat(new Exited(code).isAskedToEnd()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 127, 128, 134, 137, 139, 255})
  void aFaultOfTheRunOrAKillIsItsOwnEnd(int code) {
    assertThat(new Exited(code).isAskedToEnd()).isFalse();
  }
}
