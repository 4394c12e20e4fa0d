/** The web server. {@link ci.assay.web.WebServer} defines all routes. */
@NullMarked
package ci.assay.web;

import org.jspecify.annotations.NullMarked;
