/**
 * Hooks: a forge says that something was pushed, and the repository is looked at at once. Begin
 * with {@link ci.assay.web.hook.Hooks}.
 */
@NullMarked
package ci.assay.web.hook;

import org.jspecify.annotations.NullMarked;
