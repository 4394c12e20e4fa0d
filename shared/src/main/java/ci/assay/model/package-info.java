/**
 * The domain model: jobs, results, verdicts, repositories, as validated, immutable records. Knows
 * neither JSON nor the broker nor git. Begin with {@link ci.assay.model.Job} and {@link
 * ci.assay.model.Result}.
 */
@NullMarked
package ci.assay.model;

import org.jspecify.annotations.NullMarked;
