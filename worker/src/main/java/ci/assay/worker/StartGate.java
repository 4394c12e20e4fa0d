package ci.assay.worker;

import ci.assay.model.Job;

/** Asked before a run begins. */
@FunctionalInterface
interface StartGate {

  /** Lets everything begin, as if it were the first time. */
  StartGate OPEN = (job, run) -> 1;

  /** Which attempt at its job this run is, from 1. */
  int attempt(Job job, String run) throws InterruptedException;
}
