/**
 * The domain as plain, validated, immutable records; knows nothing of brokers, JSON or git
 * libraries.
 */
@NullMarked
package ci.assay.model;

import org.jspecify.annotations.NullMarked;
