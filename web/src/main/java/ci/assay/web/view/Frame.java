package ci.assay.web.view;

import ci.assay.web.access.Visitor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data that all pages need for their frame.
 *
 * @param title of the page
 * @param section the entry of the navigation that it belongs to
 * @param visitor who looks at it
 * @param topic what must change for the page to be updated: {@code *}, {@code REPOSITORY} or {@code
 *     REPOSITORY/COMMIT}; null for never
 * @param seen the number of changes that the page includes
 */
public record Frame(
    String title,
    String section,
    Visitor visitor,
    @Nullable String topic,
    long seen,
    Instant now) {}
