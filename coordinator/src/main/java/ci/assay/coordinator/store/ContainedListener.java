package ci.assay.coordinator.store;

import ci.assay.message.RefTips;
import ci.assay.model.Job;
import ci.assay.model.Result;
import ci.assay.model.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener throws, so that storing goes on. */
public record ContainedListener(VerdictListener listener) implements VerdictListener {

  private static final Logger log = LoggerFactory.getLogger(ContainedListener.class);

  @Override
  public void jobStored(Job job) {
    try {
      listener.jobStored(job);
    } catch (RuntimeException e) {
      log.error("a listener failed at the job {}", job.id(), e);
    }
  }

  @Override
  public void resultStored(Result result) {
    try {
      listener.resultStored(result);
    } catch (RuntimeException e) {
      log.error("a listener failed at the result of {}", result.id(), e);
    }
  }

  @Override
  public void verdictStored(Verdict verdict) {
    try {
      listener.verdictStored(verdict);
    } catch (RuntimeException e) {
      log.error("a listener failed at the verdict of {}", verdict.commit(), e);
    }
  }

  @Override
  public void tipsStored(RefTips tips) {
    try {
      listener.tipsStored(tips);
    } catch (RuntimeException e) {
      log.error("a listener failed at the refs of {}", tips.repository(), e);
    }
  }
}
