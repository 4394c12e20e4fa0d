/** The web server. {@link ci.assay.web.WebServer} has all addresses. */
@NullMarked
package ci.assay.web;

import org.jspecify.annotations.NullMarked;
