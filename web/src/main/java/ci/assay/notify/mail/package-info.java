/** Notifications by mail, over SMTP. Begin with {@link ci.assay.notify.mail.Mail}. */
@NullMarked
package ci.assay.notify.mail;

import org.jspecify.annotations.NullMarked;
