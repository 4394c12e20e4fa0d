/**
 * Replaces the values of secrets in what a run prints and reports, before it is written to disk or
 * leaves the worker. Begin with {@link ci.assay.worker.masking.Masking}.
 */
@org.jspecify.annotations.NullMarked
package ci.assay.worker.masking;
