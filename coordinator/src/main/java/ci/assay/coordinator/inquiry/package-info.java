/**
 * Answers questions of workers and observers, and orders of people. Begin with {@link
 * ci.assay.coordinator.inquiry.InquiryServer}.
 */
@NullMarked
package ci.assay.coordinator.inquiry;

import org.jspecify.annotations.NullMarked;
