package ci.assay.coordinator;

import org.jspecify.annotations.Nullable;

/** What the active coordinator does beside storing. */
final class ActiveDuties implements Standing.Duties {

  private final Identity self;
  private final Claim claim;
  private final Unfinished unfinished;
  private @Nullable Thread finisher;

  ActiveDuties(Identity self, Claim claim, Unfinished unfinished) {
    this.self = self;
    this.claim = claim;
    this.unfinished = unfinished;
  }

  @Override
  public void start() {
    Thread thread = new Thread(this::finish, self.coordinator() + " finishing");
    thread.setDaemon(true);
    thread.start();
    finisher = thread;
  }

  private void finish() {
    claim.removeLeftOvers();
    unfinished.finish();
  }

  @Override
  public void close() {
    Thread thread = finisher;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
