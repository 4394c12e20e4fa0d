/**
 * The domain as plain, validated, immutable records; knows nothing of brokers, JSON or git
 * libraries. Beside it the few helpers that all programs share.
 */
@NullMarked
package ci.assay.model;

import org.jspecify.annotations.NullMarked;
