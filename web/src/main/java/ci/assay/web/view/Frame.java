package ci.assay.web.view;

import ci.assay.web.access.Visitor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What all pages have around them.
 *
 * @param title of the page
 * @param section which entry of the navigation it belongs to
 * @param visitor who looks at it
 * @param topic of which changes are shown at once: {@code *}, {@code REPOSITORY} or {@code
 *     REPOSITORY/COMMIT}; null for none
 * @param seen the changes that the page cannot have missed
 */
public record Frame(
    String title,
    String section,
    Visitor visitor,
    @Nullable String topic,
    long seen,
    Instant now) {}
