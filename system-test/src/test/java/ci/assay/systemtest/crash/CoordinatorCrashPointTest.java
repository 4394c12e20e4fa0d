package ci.assay.systemtest.crash;

import ci.assay.common.CrashPoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The coordinator dies. */
class CoordinatorCrashPointTest extends CrashPoints {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "COORDINATOR_.*")
  void nothingIsLostByACrashAt(CrashPoint point) throws Exception {
    crashAt(point);
  }
}
