package ci.assay.worker;

import ci.assay.broker.Disposition;

/** A run is not to go on here, and that is no trouble: what to do with its job instead. */
final class NotHereException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Disposition instead;

  NotHereException(Disposition instead) {
    super(instead.toString());
    this.instead = instead;
  }

  Disposition instead() {
    return instead;
  }
}
