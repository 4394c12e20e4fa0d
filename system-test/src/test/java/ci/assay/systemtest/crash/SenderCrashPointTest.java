package ci.assay.systemtest.crash;

import ci.assay.common.CrashPoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sender to the coordinator dies: an observer or a worker. */
class SenderCrashPointTest extends CrashPoints {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "(COORDINATOR|NOTIFIER|PRUNE|FORGET)_.*")
  void nothingIsLostByACrashAt(CrashPoint point) throws Exception {
    crashAt(point);
  }
}
