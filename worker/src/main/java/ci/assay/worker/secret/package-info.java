/**
 * The secrets that runs are given: which ones a run may have, and reading their values. Begin with
 * {@link ci.assay.worker.secret.SecretStore}.
 */
@org.jspecify.annotations.NullMarked
package ci.assay.worker.secret;
