@NullMarked
package ci.assay.web;

import org.jspecify.annotations.NullMarked;
