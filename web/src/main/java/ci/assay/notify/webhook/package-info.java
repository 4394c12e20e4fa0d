/**
 * Signed HTTP requests, as Standard Webhooks describe. Begin with {@link
 * ci.assay.notify.webhook.Webhook}.
 */
@NullMarked
package ci.assay.notify.webhook;

import org.jspecify.annotations.NullMarked;
