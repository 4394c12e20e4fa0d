package ci.assay.worker.job;

import ci.assay.broker.consume.Disposition;

/** A run must not begin here, which is no failure. Says what to do with its job instead. */
final class RunRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Disposition instead;

  RunRefusedException(Disposition instead) {
    super(instead.toString());
    this.instead = instead;
  }

  Disposition instead() {
    return instead;
  }
}
